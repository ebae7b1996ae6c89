// Evaluates a module that needs no provider, with HashiCorp's own HCL and its function library as Debian ships them:
//
//	hcl evaluate MODULE < variables.json    prints the outputs as JSON
//	hcl test MODULE                         runs MODULE/tests/*.tftest.hcl
//
// It does what "terraform test" does of such a module: types and defaults, validations, locals, outputs, and per run the
// assertions and expected failures. A block that it does not know is an error, so nothing is passed over in silence.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

func main() {
	if len(os.Args) != 3 {
		fail("usage: hcl evaluate|test MODULE")
	}
	module, err := load(os.Args[2])
	if err != nil {
		fail(err.Error())
	}
	switch os.Args[1] {
	case "evaluate":
		evaluate(module)
	case "test":
		if !runTests(module) {
			os.Exit(1)
		}
	default:
		fail("usage: hcl evaluate|test MODULE")
	}
}

func evaluate(module *Module) {
	var raw map[string]json.RawMessage
	if err := json.NewDecoder(os.Stdin).Decode(&raw); err != nil {
		fail("the variables are no JSON object: " + err.Error())
	}
	given := map[string]cty.Value{}
	for name, text := range raw {
		kind, err := ctyjson.ImpliedType(text)
		if err == nil {
			given[name], err = ctyjson.Unmarshal(text, kind)
		}
		if err != nil {
			fail(name + ": " + err.Error())
		}
	}
	result := module.Evaluate(given)
	if len(result.Problems) > 0 {
		for _, problem := range result.Problems {
			fmt.Fprintln(os.Stderr, problem.Address+": "+problem.Message)
		}
		os.Exit(1)
	}
	outputs := cty.ObjectVal(result.Outputs)
	text, err := ctyjson.Marshal(outputs, outputs.Type())
	if err != nil {
		fail(err.Error())
	}
	fmt.Println(string(text))
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(2)
}
