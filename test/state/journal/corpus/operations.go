package main

import (
	"github.com/pulumi/pulumi/pkg/v3/display"
	"github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// ask chooses what the next run does with the stack.
func (w *world) ask(run int) operation {
	asked := operation{host: w.host, bind: func(interrupt func()) { w.interrupt = interrupt }}
	asked.options.Parallel = 1
	if w.plain {
		asked.run, asked.traits = engine.Update, []string{"update"}
		return asked
	}
	if w.one(6) {
		asked.options.Parallel = 4
		asked.traits = append(asked.traits, "parallel")
	}
	w.chooseOperation(run, &asked)
	if w.one(5) {
		asked.options.ContinueOnError = true
		asked.traits = append(asked.traits, "goes on after an error")
	}
	if run > 0 && w.one(6) {
		asked.options.Targets = w.someURNs()
		asked.options.TargetDependents = w.one(2)
		asked.traits = append(asked.traits, "targets")
	}
	if w.interruptAt >= 0 {
		asked.traits = append(asked.traits, "interrupted")
	}
	if w.one(15) {
		asked.prepare = keepSnippets
		asked.traits = append(asked.traits, "snippets")
	}
	if w.one(15) && asked.prepare == nil {
		asked.prepare = rewrite
		asked.traits = append(asked.traits, "writes its base anew")
	}
	return asked
}

func (w *world) chooseOperation(run int, asked *operation) {
	choice := w.random.Intn(16)
	switch {
	case run == 0 || choice < 7:
		asked.run = engine.Update
		asked.traits = append(asked.traits, "update")
	case choice < 9:
		asked.run = engine.Update
		asked.options.Refresh = true
		asked.options.RefreshProgram = w.one(3)
		asked.traits = append(asked.traits, "update with a refresh")
	case choice < 11:
		asked.run = engine.Refresh
		asked.traits = append(asked.traits, "refresh")
	case choice < 12:
		asked.run = engine.RefreshV2
		asked.options.Refresh, asked.options.RefreshProgram = true, true
		asked.traits = append(asked.traits, "refresh with the program")
	case choice < 13:
		asked.run = engine.Destroy
		asked.options.Refresh = w.one(3)
		asked.traits = append(asked.traits, "destroy")
	case choice < 14:
		asked.run = engine.DestroyV2
		asked.options.DestroyProgram = true
		asked.traits = append(asked.traits, "destroy with the program")
	case choice < 15:
		asked.run = importing(w)
		asked.traits = append(asked.traits, "import")
	default:
		asked.run = engine.Update
		asked.options.ReplaceTargets = w.someURNs()
		asked.traits = append(asked.traits, "replaces targets")
	}
}

func importing(w *world) func(
	engine.UpdateInfo, *engine.Context, engine.UpdateOptions, bool,
) (*deploy.Plan, display.ResourceChanges, error) {
	w.made++
	imports := []deploy.Import{
		{Type: thing, Name: "imported", ID: "found-imported", Protect: w.one(2)},
		{Type: group, Name: "imported-group", Component: true},
	}
	return func(info engine.UpdateInfo, ctx *engine.Context, options engine.UpdateOptions, dryRun bool) (
		*deploy.Plan, display.ResourceChanges, error,
	) {
		return engine.Import(info, ctx, options, imports, dryRun)
	}
}

func (w *world) someURNs() deploy.UrnTargets {
	urns := []resource.URN{}
	for _, each := range w.program {
		if each.parent == "" && w.one(3) {
			urns = append(urns, resource.NewURN("dev", "game", "", each.typeOf(), each.name))
		}
	}
	if len(urns) == 0 {
		return deploy.UrnTargets{}
	}
	return deploy.NewUrnTargetsFromUrns(urns)
}

// keepSnippets stores a snippet as `pulumi up` does when it is given one (engine/update.go).
func keepSnippets(manager engine.SnapshotManager, _ *deploy.Snapshot) error {
	return manager.SetSnippets([]resource.Snippet{{
		UUID: "0190a1b2-0000-7000-8000-000000000001", Name: "snippet", Type: string(thing), Code: "size = 1",
		Descriptor: resource.PackageDescriptor{Name: packageName},
	}})
}

// rewrite gives the managers their base once more, as the engine does once it has brought providers up to date.
func rewrite(manager engine.SnapshotManager, base *deploy.Snapshot) error {
	if base == nil {
		return nil
	}
	return manager.Write(base)
}
