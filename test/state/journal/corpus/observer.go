package main

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/blang/semver"

	"github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/pluginstorage"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// observer notes which steps a run took.
type observer struct{ keeper *keeper }

func (o *observer) BeginMutation(step deploy.Step) (engine.SnapshotMutation, error) {
	o.keeper.trait("step " + string(step.Op()))
	return o, nil
}

func (o *observer) End(step deploy.Step, successful bool) error {
	if !successful {
		o.keeper.trait("failed " + string(step.Op()))
	}
	return nil
}

func (o *observer) RegisterResourceOutputs(deploy.Step) error {
	o.keeper.trait("registers outputs")
	return nil
}

func (o *observer) RebuiltBaseState() error {
	o.keeper.trait("rebuilds its base")
	return nil
}

func (o *observer) Write(*deploy.Snapshot) error         { return nil }
func (o *observer) SetSnippets([]resource.Snippet) error { return nil }
func (o *observer) Close() error                         { return nil }

// noPlugins answers for plugins that stand in memory: they are there, and none is ever fetched.
type noPlugins struct{}

func (noPlugins) GetPluginPath(
	context.Context, diag.Sink, workspace.PluginDescriptor, []workspace.ProjectPlugin,
) (string, error) {
	return "in memory", nil
}
func (noPlugins) IsExternalURL(context.Context, string) bool                 { return false }
func (noPlugins) HasPlugin(context.Context, workspace.PluginDescriptor) bool { return true }
func (noPlugins) GetPlugins(context.Context) ([]workspace.PluginInfo, error) { return nil, nil }
func (noPlugins) HasPluginGTE(context.Context, workspace.PluginDescriptor) (bool, *semver.Version, error) {
	return true, nil, nil
}
func (noPlugins) GetLatestVersion(context.Context, workspace.PluginDescriptor) (*semver.Version, error) {
	return semver.New("1.0.0")
}
func (noPlugins) InstallPlugin(context.Context, workspace.PluginDescriptor, pluginstorage.Content, bool) error {
	return nil
}
func (noPlugins) DownloadPlugin(
	context.Context, workspace.PluginDescriptor, func(io.ReadCloser, int64) io.ReadCloser,
	func(error, int, int, time.Duration),
) (io.ReadCloser, int64, error) {
	return nil, 0, errors.New("nothing is fetched")
}
