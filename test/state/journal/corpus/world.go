package main

import (
	"fmt"
	"math/rand"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// declared is one resource of a program, referring to others by name; only to such as stand before it.
type declared struct {
	name     string
	former   []string // names it had
	wasUnder []string // parents it had; "" for none
	kind     kind
	parent   string
	needs    []string
	uses     map[resource.PropertyKey][]string
	// provider is the name of an explicit provider.
	provider    string
	deletedWith string
	replaceWith []string
	inputs      resource.PropertyMap
	protect     bool
	retain      bool
	dbr         bool
	hidden      bool // its outputs are secrets
	adopted     resource.ID
	taken       resource.ID // read from the outside, not owned
	timeouts    resource.CustomTimeouts
	extended    bool
	unfinished  bool
}

type kind int

const (
	custom kind = iota
	component
	provider
)

// world is a stack with what surrounds it: the program of today, and what providers will do.
type world struct {
	random  *rand.Rand
	program []*declared
	made    int
	// likely says what could happen to a resource that the next run makes or changes.
	likely  map[string][]fault
	faults  map[string]fault
	gone    map[string]bool // what somebody deleted behind the engine's back
	drifted map[string]bool
	// eager resources ask to be refreshed before updates, from their creation on.
	eager map[string]bool
	// interruptAt counts down with every call of a provider; at zero the run is interrupted.
	interruptAt int
	interrupt   func()
	// plain runs are ordinary updates, in which what was planned happens.
	plain bool
	// stubborn programs go on when a resource fails.
	stubborn bool
}

func newWorld(random *rand.Rand) *world {
	return &world{random: random, interrupt: func() {}, likely: map[string][]fault{}, eager: map[string]bool{}}
}

func (w *world) one(in int) bool { return w.random.Intn(in) == 0 }

// change makes the program of the next run out of that of the last.
func (w *world) change(first bool) {
	if first {
		for range 2 + w.random.Intn(6) {
			w.add()
		}
	}
	for range w.random.Intn(5) {
		w.changeOnce()
	}
	w.faults, w.gone, w.drifted = map[string]fault{}, map[string]bool{}, map[string]bool{}
	for _, each := range w.program {
		switch w.random.Intn(14) {
		case 0:
			w.faults[each.name] = faults[w.random.Intn(len(faults))]
		case 1:
			w.gone[each.name] = true
		case 2:
			w.drifted[each.name] = true
		}
	}
	for _, each := range w.program { // in order: a map would give another corpus each time
		if possible := w.likely[each.name]; len(possible) > 0 && w.one(3) {
			w.faults[each.name] = possible[w.random.Intn(len(possible))]
		}
	}
	w.likely = map[string][]fault{}
	w.stubborn = w.one(2)
	w.interruptAt = -1
	if w.one(6) {
		w.interruptAt = w.random.Intn(6)
	}
}

func (w *world) changeOnce() {
	if len(w.program) == 0 || w.one(4) {
		w.add()
		return
	}
	place := w.random.Intn(len(w.program))
	each := w.program[place]
	switch w.random.Intn(14) {
	case 0, 1:
		w.remove(place)
	case 2, 3, 4:
		each.inputs["size"] = resource.NewProperty(float64(w.random.Intn(100)))
		w.likely[each.name] = []fault{updateFails, updateHalfway, diffFails}
	case 5, 6:
		each.inputs["fixed"] = resource.NewProperty(fmt.Sprint(w.random.Intn(100)))
		each.dbr = w.one(2)
		w.likely[each.name] = []fault{createFails, createFails, createHalfway, deleteFails}
	case 7:
		w.rename(each)
	case 8:
		w.move(place)
	case 9:
		each.protect = !each.protect
	case 10:
		each.inputs["word"] = resource.MakeSecret(resource.NewProperty(fmt.Sprint(w.random.Intn(100))))
		each.hidden = w.one(2)
	case 11:
		each.retain = !each.retain
		each.timeouts.Create = float64(w.random.Intn(3))
	case 12:
		if each.kind == custom && each.taken == "" {
			each.adopted = resource.ID(fmt.Sprintf("found-%s-%d", each.name, w.made))
		}
	case 13:
		for _, other := range w.program {
			if other.taken != "" {
				other.taken += "-other"
			}
		}
	}
}

func (w *world) add() {
	w.made++
	each := &declared{
		name:    fmt.Sprintf("r%d", w.made),
		inputs:  resource.PropertyMap{"size": resource.NewProperty(float64(w.made)), "fixed": resource.NewProperty("0")},
		uses:    map[resource.PropertyKey][]string{},
		protect: w.one(10),
		retain:  w.one(10),
		dbr:     w.one(3),
	}
	switch w.random.Intn(8) {
	case 0:
		each.kind = component
	case 1:
		each.kind = provider
	case 2:
		if w.one(2) {
			each.adopted = resource.ID("found-" + each.name)
		} else {
			each.taken = resource.ID("read-" + each.name)
		}
	case 3:
		each.inputs["odd"] = oddValues[w.random.Intn(len(oddValues))]
	case 4:
		each.extended = true
	case 5:
		each.unfinished = w.one(2)
	}
	w.refer(each)
	w.likely[each.name] = []fault{createFails, createHalfway, wantsRefreshes}
	w.program = append(w.program, each)
}

// refer ties a new resource to those before it.
func (w *world) refer(each *declared) {
	for _, other := range w.program {
		switch w.random.Intn(9) {
		case 0:
			if other.kind != provider {
				each.parent = other.name
			}
		case 1:
			each.needs = append(each.needs, other.name)
		case 2:
			each.uses["size"] = append(each.uses["size"], other.name)
		case 3:
			if other.kind == custom && w.one(2) {
				each.deletedWith = other.name
			}
		case 4:
			if other.kind == custom && other.taken == "" && w.one(3) {
				each.replaceWith = append(each.replaceWith, other.name)
			}
		case 5:
			if other.kind == provider && each.kind == custom && !each.extended {
				each.provider = other.name
			}
		}
	}
}

// stumble adds what chance brings about too seldom: a replacement that fails after its deletion and is given up, and a
// resource that is let go of and then only read.
func (w *world) stumble(run int) {
	w.plain = true
	w.stubborn = true
	w.interruptAt = -1
	switch run {
	case 0:
		for _, name := range []string{"given-up", "let-go"} {
			inputs := resource.PropertyMap{"fixed": resource.NewProperty("0")}
			w.program = append(w.program, &declared{name: name, inputs: inputs, dbr: true})
		}
	case 1:
		w.named("given-up").inputs["fixed"] = resource.NewProperty("1")
		w.faults = map[string]fault{"given-up": createFails}
	case 2:
		for place := len(w.program) - 1; place >= 0; place-- {
			if w.program[place].name == "given-up" {
				w.remove(place)
			}
		}
		w.named("let-go").taken = "elsewhere"
	}
}

// named finds a resource of the program, or one that is not part of it.
func (w *world) named(name string) *declared {
	for _, each := range w.program {
		if each.name == name {
			return each
		}
	}
	return &declared{name: name, inputs: resource.PropertyMap{}}
}

func (w *world) rename(each *declared) {
	w.made++
	before := each.name
	each.name = fmt.Sprintf("r%d", w.made)
	each.former = append(each.former, before)
	if len(each.former) > 2 {
		each.former = each.former[1:]
	}
	if w.one(4) {
		each.former = nil // without an alias it is another resource
	}
	w.replaceReferences(before, each.name)
}

func (w *world) move(place int) {
	each := w.program[place]
	each.wasUnder = append(each.wasUnder, each.parent)
	each.parent = ""
	for _, other := range w.program[:place] {
		if other.kind == component && w.one(2) {
			each.parent = other.name
		}
	}
}

func (w *world) remove(place int) {
	name := w.program[place].name
	w.program = append(append([]*declared{}, w.program[:place]...), w.program[place+1:]...)
	w.replaceReferences(name, "")
}

func (w *world) replaceReferences(before, after string) {
	one := func(name string) string {
		if name == before {
			return after
		}
		return name
	}
	all := func(names []string) []string {
		kept := make([]string, 0, len(names))
		for _, name := range names {
			if name = one(name); name != "" {
				kept = append(kept, name)
			}
		}
		return kept
	}
	for _, each := range w.program {
		each.parent, each.provider, each.deletedWith = one(each.parent), one(each.provider), one(each.deletedWith)
		each.needs, each.replaceWith = all(each.needs), all(each.replaceWith)
		for key, names := range each.uses {
			each.uses[key] = all(names)
		}
	}
}

// oddValues are property values that a store may get wrong.
var oddValues = []resource.PropertyValue{
	resource.NewProperty(1e21),
	resource.NewProperty(-1.5e-9),
	resource.NewProperty(9007199254740993.0),
	resource.NewProperty(""),
	resource.NewProperty("\u0000 \u2028 <&> \U0001F600"),
	resource.NewProperty("\xff\xfe no text"),
	resource.MakeSecret(resource.NewProperty("\xff secret, and no text")),
	resource.NewProperty([]resource.PropertyValue{}),
	resource.NewProperty(resource.PropertyMap{}),
	resource.NewProperty(resource.PropertyMap{"__proto__": resource.NewProperty("x"), "constructor": resource.NewProperty(true)}),
	resource.NewProperty(resource.PropertyMap{"4": resource.NewProperty("b"), "10": resource.NewProperty("a")}),
	resource.NewProperty([]resource.PropertyValue{resource.NewNullProperty(), resource.NewProperty(false)}),
}
