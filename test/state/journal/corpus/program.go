package main

import (
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy/deploytest"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/providers"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

const (
	packageName = "cloud"
	thing       = tokens.Type("cloud:index:Thing")
	group       = tokens.Type("game:index:Group")
)

func (d *declared) typeOf() tokens.Type {
	switch d.kind {
	case component:
		return group
	case provider:
		return providers.MakeProviderType(packageName)
	}
	return thing
}

// registration is one run of the program: what the engine said of each resource, by its name.
type registration struct {
	monitor   *deploytest.ResourceMonitor
	answers   map[string]*deploytest.RegisterResourceResponse
	stack     resource.URN
	extension string
}

// runProgram registers the stack and then all that is declared, in order.
func (w *world) runProgram(_ plugin.RunInfo, monitor *deploytest.ResourceMonitor) error {
	root, err := monitor.RegisterResource(resource.RootStackType, "game-dev", false)
	if err != nil {
		return err
	}
	r := &registration{monitor: monitor, answers: map[string]*deploytest.RegisterResourceResponse{}, stack: root.URN}
	for _, each := range w.program {
		if err := r.register(each); err != nil && !w.stubborn {
			return err
		}
	}
	outputs := resource.PropertyMap{"count": resource.NewProperty(float64(len(r.answers)))}
	return monitor.RegisterResourceOutputs(root.URN, outputs)
}

func (r *registration) register(each *declared) error {
	if each.taken != "" {
		urn, outputs, err := r.monitor.ReadResource(
			each.typeOf(), each.name, each.taken, r.parentOf(each), nil, "", "", "", nil, "", "")
		if err == nil {
			r.answers[each.name] = &deploytest.RegisterResourceResponse{URN: urn, ID: each.taken, Outputs: outputs}
		}
		return err
	}
	options, err := r.optionsOf(each)
	if err != nil {
		return err
	}
	answer, err := r.monitor.RegisterResource(each.typeOf(), each.name, each.kind != component, options)
	if err != nil {
		return err
	}
	r.answers[each.name] = answer
	if each.kind != component || each.unfinished {
		return nil
	}
	return r.monitor.RegisterResourceOutputs(answer.URN, resource.PropertyMap{"size": each.inputs["size"]})
}

func (r *registration) optionsOf(each *declared) (deploytest.ResourceOptions, error) {
	options := deploytest.ResourceOptions{
		Parent:         r.parentOf(each),
		Protect:        &each.protect,
		Dependencies:   r.urns(each.needs),
		PropertyDeps:   map[resource.PropertyKey][]resource.URN{},
		ImportID:       each.adopted,
		CustomTimeouts: &each.timeouts,
		RetainOnDelete: &each.retain,
		ReplaceWith:    r.urns(each.replaceWith),
		Aliases:        r.aliasesOf(each),
		AliasSpecs:     true,
	}
	for key, names := range each.uses {
		options.PropertyDeps[key] = r.urns(names)
	}
	if answer, known := r.answers[each.deletedWith]; known {
		options.DeletedWith = answer.URN
	}
	if each.kind != custom {
		if each.kind == provider {
			options.Inputs = resource.PropertyMap{"region": each.inputs["fixed"]}
		}
		return options, nil
	}
	options.Inputs = each.inputs
	options.DeleteBeforeReplace = &each.dbr
	if each.hidden {
		options.AdditionalSecretOutputs = []resource.PropertyKey{"size"}
	}
	if answer, known := r.answers[each.provider]; known {
		reference, err := providers.NewReference(answer.URN, answer.ID)
		if err != nil {
			return options, err
		}
		options.Provider = reference.String()
	}
	if each.extended {
		reference, err := r.extensionReference()
		if err != nil {
			return options, err
		}
		options.PackageRef = reference
	}
	return options, nil
}

func (r *registration) extensionReference() (string, error) {
	if r.extension != "" {
		return r.extension, nil
	}
	var err error
	r.extension, err = r.monitor.RegisterPackage(packageName, "1.0.0", "", nil, nil, &pulumirpc.Parameterization{
		Name: "more", Version: "1.0.0", Value: []byte("more of it"),
	})
	return r.extension, err
}

func (r *registration) parentOf(each *declared) resource.URN {
	if answer, known := r.answers[each.parent]; known {
		return answer.URN
	}
	return r.stack
}

func (r *registration) urns(names []string) []resource.URN {
	urns := []resource.URN{}
	for _, name := range names {
		if answer, known := r.answers[name]; known {
			urns = append(urns, answer.URN)
		}
	}
	return urns
}

// aliasesOf names all that the resource was called before, and under whom it was.
func (r *registration) aliasesOf(each *declared) []*pulumirpc.Alias {
	aliases := []*pulumirpc.Alias{}
	spec := func(of *pulumirpc.Alias_Spec) {
		aliases = append(aliases, &pulumirpc.Alias{Alias: &pulumirpc.Alias_Spec_{Spec: of}})
	}
	for _, name := range each.former {
		spec(&pulumirpc.Alias_Spec{Name: name})
	}
	for _, parent := range each.wasUnder {
		urn := r.stack
		if answer, known := r.answers[parent]; known {
			urn = answer.URN
		}
		spec(&pulumirpc.Alias_Spec{Parent: &pulumirpc.Alias_Spec_ParentUrn{ParentUrn: string(urn)}})
	}
	return aliases
}
