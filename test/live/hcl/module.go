package main

import (
	"fmt"
	"path/filepath"
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Module is a parsed folder of .tf files.
type Module struct {
	Folder    string
	Variables map[string]*Variable
	Locals    map[string]hcl.Expression
	Outputs   map[string]hcl.Expression
}

// Variable is one input: its type, its default and the conditions it has to meet.
type Variable struct {
	Type        cty.Type
	Inner       *typeexpr.Defaults
	Default     hcl.Expression
	Validations []*hclsyntax.Body
}

// Problem is what is wrong with the variable or the expression at an address such as "var.region".
type Problem struct{ Address, Message string }

// Result is everything that a module comes to.
type Result struct {
	Context  *hcl.EvalContext
	Outputs  map[string]cty.Value
	Problems []Problem
}

func load(folder string) (*Module, error) {
	module := &Module{folder, map[string]*Variable{}, map[string]hcl.Expression{}, map[string]hcl.Expression{}}
	files, _ := filepath.Glob(filepath.Join(folder, "*.tf"))
	if len(files) == 0 {
		return nil, fmt.Errorf("%s has no .tf file", folder)
	}
	for _, file := range files {
		body, err := parse(file)
		if err != nil {
			return nil, err
		}
		for _, block := range body.Blocks {
			if err := module.add(block); err != nil {
				return nil, err
			}
		}
	}
	return module, nil
}

func parse(file string) (*hclsyntax.Body, error) {
	parsed, diagnostics := hclparse.NewParser().ParseHCLFile(file)
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	return parsed.Body.(*hclsyntax.Body), nil
}

func (m *Module) add(block *hclsyntax.Block) error {
	switch block.Type {
	case "terraform":
	case "locals":
		for name, attribute := range block.Body.Attributes {
			m.Locals[name] = attribute.Expr
		}
	case "output":
		m.Outputs[block.Labels[0]] = block.Body.Attributes["value"].Expr
	case "variable":
		variable := &Variable{Type: cty.DynamicPseudoType}
		if kind, ok := block.Body.Attributes["type"]; ok {
			var diagnostics hcl.Diagnostics
			if variable.Type, variable.Inner, diagnostics = typeexpr.TypeConstraintWithDefaults(kind.Expr); diagnostics.HasErrors() {
				return diagnostics
			}
		}
		if byDefault, ok := block.Body.Attributes["default"]; ok {
			variable.Default = byDefault.Expr
		}
		for _, validation := range block.Body.Blocks {
			variable.Validations = append(variable.Validations, validation.Body)
		}
		m.Variables[block.Labels[0]] = variable
	default:
		return fmt.Errorf("%s: a %q needs more than this evaluates", block.DefRange(), block.Type)
	}
	return nil
}

// Evaluate gives what the module comes to for these variables. Problems of variables end it before there are outputs.
func (m *Module) Evaluate(given map[string]cty.Value) *Result {
	result := &Result{Outputs: map[string]cty.Value{}}
	variables := map[string]cty.Value{}
	result.Context = &hcl.EvalContext{Functions: functions(m.Folder), Variables: map[string]cty.Value{
		"path": cty.ObjectVal(map[string]cty.Value{"module": cty.StringVal(".")}),
	}}
	for name := range given {
		if m.Variables[name] == nil {
			result.problem("var."+name, "there is no such variable")
		}
	}
	for name, variable := range m.Variables {
		value, err := variable.value(given[name], result.Context)
		if err != nil {
			result.problem("var."+name, err.Error())
			value = cty.UnknownVal(variable.Type)
		}
		variables[name] = value
	}
	result.Context.Variables["var"] = cty.ObjectVal(variables)
	if len(result.Problems) > 0 {
		return result
	}
	locals := m.locals(result.Context)
	result.Context.Variables["local"] = cty.ObjectVal(locals.values)
	m.validate(result)
	if len(result.Problems) > 0 {
		return result
	}
	result.Problems = append(result.Problems, locals.problems...)
	for name, expression := range m.Outputs {
		value, diagnostics := expression.Value(result.Context)
		if diagnostics.HasErrors() {
			result.problem("output."+name, diagnostics.Error())
		}
		result.Outputs[name] = value
	}
	return result
}

func (r *Result) problem(address, message string) {
	r.Problems = append(r.Problems, Problem{address, message})
}

func (v *Variable) value(given cty.Value, context *hcl.EvalContext) (cty.Value, error) {
	if given == cty.NilVal && v.Default == nil {
		return cty.NilVal, fmt.Errorf("it is not given and has no default")
	}
	if given == cty.NilVal {
		var diagnostics hcl.Diagnostics
		if given, diagnostics = v.Default.Value(context); diagnostics.HasErrors() {
			return cty.NilVal, diagnostics
		}
	}
	if v.Inner != nil && !given.IsNull() {
		given = v.Inner.Apply(given)
	}
	return convert.Convert(given, v.Type)
}

type locals struct {
	values   map[string]cty.Value
	problems []Problem
}

// Each local is evaluated when those it names have been; a local that names itself over a detour is a problem.
func (m *Module) locals(context *hcl.EvalContext) locals {
	done := locals{values: map[string]cty.Value{}}
	waiting := map[string]hcl.Expression{}
	for name, expression := range m.Locals {
		waiting[name] = expression
	}
	for len(waiting) > 0 {
		before := len(waiting)
		for name, expression := range waiting {
			if dependsOn(expression, waiting) {
				continue
			}
			context.Variables["local"] = cty.ObjectVal(done.values)
			value, diagnostics := expression.Value(context)
			if diagnostics.HasErrors() {
				done.problems = append(done.problems, Problem{"local." + name, diagnostics.Error()})
				value = cty.DynamicVal
			}
			done.values[name] = value
			delete(waiting, name)
		}
		if len(waiting) == before {
			done.problems = append(done.problems, Problem{"local", "some name each other in a circle"})
			return done
		}
	}
	return done
}

func dependsOn(expression hcl.Expression, waiting map[string]hcl.Expression) bool {
	for _, traversal := range expression.Variables() {
		if traversal.RootName() != "local" || len(traversal) < 2 {
			continue
		}
		if step, ok := traversal[1].(hcl.TraverseAttr); ok && waiting[step.Name] != nil {
			return true
		}
	}
	return false
}

func (m *Module) validate(result *Result) {
	names := make([]string, 0, len(m.Variables))
	for name := range m.Variables {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		for _, validation := range m.Variables[name].Validations {
			message, err := unmet(validation, result.Context)
			if err != nil {
				result.problem("var."+name, "its condition can not be told: "+err.Error())
			} else if message != "" {
				result.problem("var."+name, message)
			}
		}
	}
}

// unmet gives the message of a condition that is not met, and nothing when it is.
func unmet(body *hclsyntax.Body, context *hcl.EvalContext) (string, error) {
	met, diagnostics := body.Attributes["condition"].Expr.Value(context)
	if diagnostics.HasErrors() {
		return "", diagnostics
	}
	if met.IsNull() || !met.IsKnown() || met.Type() != cty.Bool {
		return "", fmt.Errorf("the condition is neither true nor false")
	}
	if met.True() {
		return "", nil
	}
	message, diagnostics := body.Attributes["error_message"].Expr.Value(context)
	if diagnostics.HasErrors() {
		return "", diagnostics
	}
	return message.AsString(), nil
}
