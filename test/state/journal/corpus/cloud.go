package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/blang/semver"

	"github.com/pulumi/pulumi/pkg/v3/resource/deploy/deploytest"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// fault is what a provider does to one resource in one run.
type fault string

const (
	createFails    fault = "create fails"
	createHalfway  fault = "create is left half-way"
	updateFails    fault = "update fails"
	updateHalfway  fault = "update is left half-way"
	deleteFails    fault = "delete fails"
	readFails      fault = "read fails"
	diffFails      fault = "diff fails"
	wantsRefreshes fault = "wants to be refreshed before updates"
)

var faults = []fault{
	createFails, createHalfway, updateFails, updateHalfway, deleteFails, readFails, diffFails, wantsRefreshes,
}

// host holds the program and one provider in memory, for one run of the engine.
func (w *world) host() plugin.Host {
	loader := deploytest.NewProviderLoader(tokens.Package(packageName), semver.MustParse("1.0.0"),
		func() (plugin.Provider, error) {
			return &deploytest.Provider{
				ParameterizeF: parameterize, DiffConfigF: w.diffConfig, DiffF: w.diff,
				CreateF: w.create, UpdateF: w.update, DeleteF: w.remover, ReadF: w.read,
			}, nil
		})
	return deploytest.NewPluginHostF(nil, nil, deploytest.NewLanguageRuntimeF(w.runProgram), nil, nil, loader)()
}

func (w *world) called() {
	if w.interruptAt == 0 {
		w.interrupt()
	}
	w.interruptAt--
}

func (w *world) faultOf(urn resource.URN) fault { return w.faults[urn.Name()] }

func parameterize(_ context.Context, request plugin.ParameterizeRequest) (plugin.ParameterizeResponse, error) {
	value, is := request.Parameters.(*plugin.ParameterizeValue)
	if !is {
		return plugin.ParameterizeResponse{}, fmt.Errorf("parameters of type %T", request.Parameters)
	}
	return plugin.ParameterizeResponse{Name: value.Name, Version: value.Version}, nil
}

func (w *world) diffConfig(_ context.Context, request plugin.DiffConfigRequest) (plugin.DiffResult, error) {
	if request.OldInputs.DeepEquals(request.NewInputs) {
		return plugin.DiffResult{Changes: plugin.DiffNone}, nil
	}
	difference := plugin.DiffResult{Changes: plugin.DiffSome}
	if strings.HasSuffix(request.URN.Name(), "3") {
		difference.ReplaceKeys = []resource.PropertyKey{"region"}
	}
	return difference, nil
}

func (w *world) diff(_ context.Context, request plugin.DiffRequest) (plugin.DiffResult, error) {
	if w.faultOf(request.URN) == diffFails {
		return plugin.DiffResult{}, fmt.Errorf("no diff of %s", request.URN.Name())
	}
	if request.OldInputs.DeepEquals(request.NewInputs) {
		return plugin.DiffResult{Changes: plugin.DiffNone}, nil
	}
	difference := plugin.DiffResult{Changes: plugin.DiffSome}
	if !request.OldInputs["fixed"].DeepEquals(request.NewInputs["fixed"]) {
		difference.ReplaceKeys = []resource.PropertyKey{"fixed"}
	}
	return difference, nil
}

func (w *world) create(_ context.Context, request plugin.CreateRequest) (plugin.CreateResponse, error) {
	w.called()
	answer := plugin.CreateResponse{
		ID: resource.ID("id-" + request.URN.Name()), Properties: outputsOf(request.Properties), Status: resource.StatusOK,
	}
	switch w.faultOf(request.URN) {
	case createFails:
		return plugin.CreateResponse{Status: resource.StatusUnknown}, fmt.Errorf("no create of %s", request.URN.Name())
	case createHalfway:
		answer.Status = resource.StatusPartialFailure
		return answer, &plugin.InitError{Reasons: []string{"not ready"}}
	case wantsRefreshes:
		w.eager[request.URN.Name()] = true
		answer.RefreshBeforeUpdate = true
	}
	return answer, nil
}

func (w *world) update(_ context.Context, request plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	w.called()
	answer := plugin.UpdateResponse{Properties: outputsOf(request.NewInputs), Status: resource.StatusOK}
	switch w.faultOf(request.URN) {
	case updateFails:
		return plugin.UpdateResponse{Status: resource.StatusUnknown}, fmt.Errorf("no update of %s", request.URN.Name())
	case updateHalfway:
		answer.Status = resource.StatusPartialFailure
		return answer, &plugin.InitError{Reasons: []string{"not ready yet"}}
	}
	return answer, nil
}

func (w *world) remover(_ context.Context, request plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	w.called()
	if w.faultOf(request.URN) == deleteFails {
		return plugin.DeleteResponse{Status: resource.StatusUnknown}, fmt.Errorf("no delete of %s", request.URN.Name())
	}
	return plugin.DeleteResponse{Status: resource.StatusOK}, nil
}

func (w *world) read(_ context.Context, request plugin.ReadRequest) (plugin.ReadResponse, error) {
	w.called()
	name := request.URN.Name()
	if w.gone[name] {
		return plugin.ReadResponse{Status: resource.StatusOK}, nil
	}
	if w.faultOf(request.URN) == readFails {
		failed := plugin.ReadResponse{Status: resource.StatusUnknown}
		failed.RefreshBeforeUpdate = w.eager[name] // the engine believes this even of a read that failed
		return failed, fmt.Errorf("no read of %s", name)
	}
	inputs, outputs := request.Inputs, request.State
	if len(inputs) == 0 {
		for _, each := range w.program { // an import, or a read of what another owns
			if each.name == name {
				inputs = each.inputs
			}
		}
	}
	if len(inputs) == 0 {
		inputs = resource.PropertyMap{"size": resource.NewProperty(1.0), "fixed": resource.NewProperty("0")}
	}
	if outputs == nil {
		outputs = outputsOf(inputs)
	}
	if w.drifted[name] {
		outputs = outputs.Copy()
		outputs["state"] = resource.NewProperty("drifted")
	}
	found := plugin.ReadResult{ID: request.ID, Inputs: inputs, Outputs: outputs, RefreshBeforeUpdate: w.eager[name]}
	return plugin.ReadResponse{ReadResult: found, Status: resource.StatusOK}, nil
}

func outputsOf(inputs resource.PropertyMap) resource.PropertyMap {
	outputs := inputs.Copy()
	outputs["state"] = resource.NewProperty("running")
	return outputs
}
