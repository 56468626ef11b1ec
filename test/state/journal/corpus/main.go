// Command corpus runs random Pulumi programs through the engine's own packages, from fixed seeds and without a cloud, and
// writes for each run one line of JSON: the journal that the engine would send to a service, and beside it every state that
// the engine's file backend would have kept meanwhile. Nothing here decides what is right; the engine does.
//
// The engine has assertions that fail in programs as odd as these; it ends the process then. The seed of each stack is told
// on standard error before it begins, so that a reader can go on after the one that crashed.
//
//	corpus [-stacks n] [-from seed]
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"slices"

	"github.com/pulumi/pulumi/pkg/v3/backend"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

func main() {
	stacks := flag.Int("stacks", 150, "how many stacks live through a few runs each")
	from := flag.Int64("from", 1, "the seed of the first stack")
	flag.Parse()
	// An engine that finds its own state inconsistent writes it down all the same and then fails, which can crash it
	// (step_executor.go, cancelDueToError with ContinueOnError). The states count here, so it goes on.
	backend.DisableIntegrityChecking = true
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	lines := json.NewEncoder(out)
	for seed := *from; seed < *from+int64(*stacks); seed++ {
		fmt.Fprintln(os.Stderr, "stack", seed)
		for _, recorded := range liveThrough(seed) {
			if err := lines.Encode(recorded); err != nil {
				fail(err)
			}
		}
		if err := out.Flush(); err != nil {
			fail(err)
		}
	}
}

// liveThrough gives a stack a life: a program that changes from run to run, and what happens to it. A run may begin from a
// state in the middle of the one before, as if its engine had been killed there.
func liveThrough(seed int64) []recording {
	random := rand.New(rand.NewSource(seed))
	world := newWorld(random)
	recorded := make([]recording, 0, 8)
	state := emptyState()
	for run := range 3 + random.Intn(4) {
		world.change(run == 0)
		if seed%12 == 0 {
			world.stumble(run)
		}
		asked := world.ask(run)
		made := record(fmt.Sprintf("stack %d, run %d", seed, run), state, asked)
		recorded = append(recorded, made)
		if len(made.States) == 0 {
			continue
		}
		if made.brokenStates {
			break
		}
		kept := len(made.States) - 1
		if random.Intn(6) == 0 {
			kept = random.Intn(len(made.States))
		}
		state = made.States[kept].Deployment
		if random.Intn(8) == 0 {
			state = taint(random, state)
		}
	}
	return recorded
}

// taint marks a resource for replacement, as `pulumi state taint` does.
func taint(random *rand.Rand, state json.RawMessage) json.RawMessage {
	var typed apitype.TypedDeployment
	check(json.Unmarshal(state, &typed))
	resources := typed.Deployment.Resources
	if len(resources) == 0 {
		return state
	}
	tainted := &resources[random.Intn(len(resources))]
	if tainted.Custom && !tainted.Delete && tainted.Type != resource.RootStackType {
		tainted.Taint = true
		typed.Version = apitype.DeploymentSchemaVersionLatest
		if !slices.Contains(typed.Features, "taint") {
			typed.Features = append(typed.Features, "taint")
		}
	}
	written, err := json.Marshal(typed)
	check(err)
	return written
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "corpus:", err)
	os.Exit(1)
}
