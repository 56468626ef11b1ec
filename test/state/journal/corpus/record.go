package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/backend"
	"github.com/pulumi/pulumi/pkg/v3/display"
	"github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/pkg/v3/secrets/b64"
	"github.com/pulumi/pulumi/pkg/v3/util/cancel"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// longest is what one run may take. None takes a second; one that hangs must not hang whoever reads the corpus.
const longest = 30 * time.Second

// recording is one line of the corpus.
type recording struct {
	Name string `json:"name"`
	// What makes the run worth having: its operation, its options, the steps that the engine took.
	Traits []string `json:"traits"`
	// Whether states belong to places in the journal. In a parallel run only the last one does.
	Stepwise bool                   `json:"stepwise"`
	Base     json.RawMessage        `json:"base,omitempty"`
	Entries  []apitype.JournalEntry `json:"entries"`
	States   []keptState            `json:"states"`

	// brokenStates says that the engine itself found one of the states inconsistent.
	brokenStates bool
}

// keptState is what the file backend held once the engine had written so many entries.
type keptState struct {
	After int `json:"after"`
	// Broken states are inconsistent by the engine's own judgement; it would refuse to go on with them.
	Broken     bool            `json:"broken"`
	Deployment json.RawMessage `json:"deployment"`
}

func emptyState() json.RawMessage { return nil }

// operation is what is asked of the engine in a run.
type operation struct {
	run func(engine.UpdateInfo, *engine.Context, engine.UpdateOptions, bool) (*deploy.Plan, display.ResourceChanges, error)
	// options without a host, which is made for each run
	options engine.UpdateOptions
	host    func() plugin.Host
	traits  []string
	// prepare is called with the snapshot manager before the engine runs.
	prepare func(engine.SnapshotManager, *deploy.Snapshot) error
	// bind gives the run's world the means to interrupt it.
	bind func(interrupt func())
}

// record runs an operation on a state under two snapshot managers at once: the one that journals, and the one that the file
// backend uses (backend/diy/backend.go).
func record(name string, base json.RawMessage, asked operation) recording {
	manager := b64.NewBase64SecretsManager()
	snapshot := restore(base)
	kept := &keeper{serial: asked.options.Parallel == 1}
	journal, err := engine.NewJournalSnapshotManager(&tape{manager: manager, keeper: kept}, snapshot, manager)
	check(err)
	files := backend.NewSnapshotManager(kept, manager, snapshot, nil)
	both := &engine.CombinedManager{Managers: []engine.SnapshotManager{journal, files, &observer{keeper: kept}}}
	if asked.prepare != nil {
		check(asked.prepare(both, snapshot))
	}
	if err := drive(asked, snapshot, both); err != nil {
		kept.trait("failed")
	}
	// An integrity error of the engine's own making is told again here; the state has been kept all the same.
	_ = both.Close()
	if snapshot != nil && len(snapshot.PendingOperations) > 0 {
		kept.trait("pending before")
	}
	if !kept.serial && len(kept.states) > 0 {
		kept.states[0].After = len(kept.entries)
	}
	return recording{
		Name:     name,
		Traits:   append(asked.traits, kept.traits...),
		Stepwise: kept.serial,
		Base:     base,
		Entries:  kept.entries,
		States:   kept.states,

		brokenStates: kept.broken,
	}
}

func drive(asked operation, snapshot *deploy.Snapshot, manager engine.SnapshotManager) error {
	project := workspace.Project{Name: "game", Runtime: workspace.NewProjectRuntimeInfo("test", nil)}
	target := deploy.Target{
		Name: tokens.MustParseStackName("dev"), Config: config.Map{}, Decrypter: config.NopDecrypter, Snapshot: snapshot,
	}
	cancelled, source := cancel.NewContext(context.Background())
	asked.bind(func() { source.Cancel() })
	timer := time.AfterFunc(longest, func() { source.Terminate() })
	defer timer.Stop()
	events := make(chan engine.Event)
	drained := make(chan struct{})
	go func() {
		for range events {
		}
		close(drained)
	}()
	host := asked.host()
	defer host.Close()
	options := asked.options
	options.HostFactory = func(context.Context, diag.Sink, diag.Sink, plugin.DebugContext) (plugin.Host, error) {
		return host, nil
	}
	info := engine.UpdateInfo{Root: "/", Project: &project, Target: &target}
	around := &engine.Context{
		Cancel: cancelled, Events: events, SnapshotManager: manager, PluginManager: noPlugins{},
	}
	_, _, err := asked.run(info, around, options, false)
	close(events)
	<-drained
	return err
}

// keeper holds what a run leaves: both sides write here, in the order in which the engine waits for them.
type keeper struct {
	mutex   sync.Mutex
	serial  bool
	entries []apitype.JournalEntry
	states  []keptState
	traits  []string
	broken  bool
}

func (k *keeper) trait(name string) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	for _, known := range k.traits {
		if known == name {
			return
		}
	}
	k.traits = append(k.traits, name)
}

// Save is called by the file backend's manager with each state that it would write.
func (k *keeper) Save(deployment apitype.TypedDeployment) error {
	broken := deployment.Deployment.Metadata.IntegrityErrorMetadata != nil
	if broken {
		k.trait("is inconsistent by the engine's own doing")
		// It names the command line and the environment, which are not the stack's.
		deployment.Deployment.Metadata.IntegrityErrorMetadata = nil
	}
	written, err := json.Marshal(deployment)
	check(err)
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.broken = k.broken || broken
	state := keptState{After: len(k.entries), Broken: broken, Deployment: written}
	if k.serial || len(k.states) == 0 {
		k.states = append(k.states, state)
	} else {
		k.states[0] = state
	}
	return nil
}

// tape records entries in the form in which a client sends them.
type tape struct {
	manager secrets.Manager
	keeper  *keeper
}

func (t *tape) AddJournalEntry(entry engine.JournalEntry) error {
	written, err := stack.BatchEncrypt(context.Background(), t.manager,
		func(ctx context.Context, crypter config.Encrypter) (apitype.JournalEntry, error) {
			return backend.SerializeJournalEntry(ctx, entry, crypter)
		})
	if err != nil {
		return fmt.Errorf("serializing: %w", err)
	}
	t.keeper.mutex.Lock()
	defer t.keeper.mutex.Unlock()
	t.keeper.entries = append(t.keeper.entries, written)
	return nil
}

func (t *tape) Close() error { return nil }

func restore(base json.RawMessage) *deploy.Snapshot {
	if base == nil {
		return nil
	}
	var typed apitype.UntypedDeployment
	check(json.Unmarshal(base, &typed))
	snapshot, err := stack.DeserializeUntypedDeployment(context.Background(), &typed, b64.Base64SecretsProvider)
	check(err)
	return snapshot
}

func check(err error) {
	if err != nil {
		fail(err)
	}
}
