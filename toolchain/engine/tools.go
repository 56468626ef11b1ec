//go:build tools

// Package engine pins the Pulumi CLI: go.mod and go.sum beside this file name every module of the build by version and
// checksum, and this import is what keeps them there.
package engine

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
