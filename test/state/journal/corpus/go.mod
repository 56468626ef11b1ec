// Marks this folder as the root of a Go module. What the module requires stands in toolchain/engine/go.mod, which the build
// names by -modfile: one pin for the engine that runs and for the engine that this program is made of.
module meridian/corpus

go 1.26
