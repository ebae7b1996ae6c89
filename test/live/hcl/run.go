package main

import (
	"fmt"
	"path/filepath"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// runTests runs every run of every test file, tells how each went, and whether all went well. No run at all is not well.
func runTests(module *Module) bool {
	files, _ := filepath.Glob(filepath.Join(module.Folder, "tests", "*.tftest.hcl"))
	passed, failed := 0, 0
	for _, file := range files {
		body, err := parse(file)
		if err != nil {
			fail(err.Error())
		}
		common := map[string]hcl.Expression{}
		for _, block := range body.Blocks {
			switch block.Type {
			case "variables":
				merge(common, block.Body)
			case "run":
				wrong := runOne(module, common, block)
				if len(wrong) == 0 {
					passed++
					fmt.Printf("pass %s\n", block.Labels[0])
				} else {
					failed++
					fmt.Printf("fail %s: %s\n", block.Labels[0], strings.Join(wrong, "; "))
				}
			default:
				fail(fmt.Sprintf("%s: a %q is not known", block.DefRange(), block.Type))
			}
		}
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	return failed == 0 && passed > 0
}

func merge(into map[string]hcl.Expression, body *hclsyntax.Body) {
	for name, attribute := range body.Attributes {
		into[name] = attribute.Expr
	}
}

func runOne(module *Module, common map[string]hcl.Expression, run *hclsyntax.Block) []string {
	expressions := map[string]hcl.Expression{}
	for name, expression := range common {
		expressions[name] = expression
	}
	var asserts []*hclsyntax.Body
	for _, block := range run.Body.Blocks {
		switch block.Type {
		case "variables":
			merge(expressions, block.Body)
		case "assert":
			asserts = append(asserts, block.Body)
		default:
			return []string{"a " + block.Type + " is not known"}
		}
	}
	given := map[string]cty.Value{}
	context := &hcl.EvalContext{Functions: functions(module.Folder)}
	for name, expression := range expressions {
		value, diagnostics := expression.Value(context)
		if diagnostics.HasErrors() {
			return []string{name + ": " + diagnostics.Error()}
		}
		given[name] = value
	}
	result := module.Evaluate(given)
	if expected, ok := run.Body.Attributes["expect_failures"]; ok {
		return compareFailures(expected.Expr, result)
	}
	return check(asserts, result)
}

// compareFailures wants exactly the expected addresses to have a problem.
func compareFailures(expected hcl.Expression, result *Result) []string {
	items, diagnostics := hcl.ExprList(expected)
	if diagnostics.HasErrors() {
		return []string{diagnostics.Error()}
	}
	want, got := map[string]bool{}, map[string]bool{}
	for _, item := range items {
		traversal, diagnostics := hcl.AbsTraversalForExpr(item)
		if diagnostics.HasErrors() || len(traversal) != 2 {
			return []string{"expect_failures lists addresses such as var.region"}
		}
		want[traversal.RootName()+"."+traversal[1].(hcl.TraverseAttr).Name] = true
	}
	var wrong []string
	for _, problem := range result.Problems {
		got[problem.Address] = true
		if !want[problem.Address] {
			wrong = append(wrong, problem.Address+" failed: "+problem.Message)
		}
	}
	for address := range want {
		if !got[address] {
			wrong = append(wrong, address+" was expected to fail and did not")
		}
	}
	sort.Strings(wrong)
	return wrong
}

func check(asserts []*hclsyntax.Body, result *Result) []string {
	var wrong []string
	for _, problem := range result.Problems {
		wrong = append(wrong, problem.Address+": "+problem.Message)
	}
	if len(wrong) > 0 {
		return wrong
	}
	if len(asserts) == 0 {
		return []string{"it asserts nothing"}
	}
	result.Context.Variables["output"] = cty.ObjectVal(result.Outputs)
	for _, assert := range asserts {
		message, err := unmet(assert, result.Context)
		if err != nil {
			message = err.Error()
		}
		if message != "" {
			wrong = append(wrong, message)
		}
	}
	return wrong
}
