package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/apparentlymart/go-cidr/cidr"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	ctyyaml "github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions is Terraform's function table as far as it is used: most are go-cty's, as they are in Terraform itself.
func functions(folder string) map[string]function.Function {
	return map[string]function.Function{
		"alltrue": allTrue, "can": tryfunc.CanFunc, "try": tryfunc.TryFunc, "cidrhost": cidrHost, "cidrnetmask": cidrNetmask,
		"cidrsubnet": cidrSubnet, "file": fileIn(folder), "fileset": filesIn(folder), "setunion": stdlib.SetUnionFunc, "yamlencode": ctyyaml.YAMLEncodeFunc,
		"coalesce": stdlib.CoalesceFunc, "concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc,
		"distinct": stdlib.DistinctFunc, "flatten": stdlib.FlattenFunc, "floor": stdlib.FloorFunc, "format": stdlib.FormatFunc,
		"join": stdlib.JoinFunc, "jsonencode": stdlib.JSONEncodeFunc, "keys": stdlib.KeysFunc, "length": length,
		"max": stdlib.MaxFunc, "merge": stdlib.MergeFunc, "min": stdlib.MinFunc, "regex": stdlib.RegexFunc,
		"replace": stdlib.ReplaceFunc, "setintersection": stdlib.SetIntersectionFunc, "sort": stdlib.SortFunc,
		"split": stdlib.SplitFunc, "strcontains": contains, "substr": stdlib.SubstrFunc, "toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
		"tostring": stdlib.MakeToFunc(cty.String), "values": stdlib.ValuesFunc, "yamldecode": ctyyaml.YAMLDecodeFunc,
	}
}

func of(result cty.Type, run func(arguments []cty.Value) (cty.Value, error), parameters ...cty.Type) function.Function {
	spec := &function.Spec{
		Type: function.StaticReturnType(result),
		Impl: func(arguments []cty.Value, _ cty.Type) (cty.Value, error) { return run(arguments) },
	}
	for i, kind := range parameters {
		spec.Params = append(spec.Params, function.Parameter{Name: fmt.Sprintf("p%d", i), Type: kind})
	}
	return function.New(spec)
}

var allTrue = of(cty.Bool, func(a []cty.Value) (cty.Value, error) {
	for it := a[0].ElementIterator(); it.Next(); {
		if _, value := it.Element(); value.IsNull() || value.False() {
			return cty.False, nil
		}
	}
	return cty.True, nil
}, cty.List(cty.Bool))

var length = of(cty.Number, func(a []cty.Value) (cty.Value, error) {
	if a[0].Type() == cty.String {
		return stdlib.Strlen(a[0])
	}
	if !a[0].CanIterateElements() {
		return cty.NilVal, fmt.Errorf("there is no length of a %s", a[0].Type().FriendlyName())
	}
	return cty.NumberIntVal(int64(a[0].LengthInt())), nil
}, cty.DynamicPseudoType)

var contains = of(cty.Bool, func(a []cty.Value) (cty.Value, error) {
	text, part := a[0].AsString(), a[1].AsString()
	for i := 0; i+len(part) <= len(text); i++ {
		if text[i:i+len(part)] == part {
			return cty.True, nil
		}
	}
	return cty.False, nil
}, cty.String, cty.String)

var cidrSubnet = of(cty.String, func(a []cty.Value) (cty.Value, error) {
	_, network, err := net.ParseCIDR(a[0].AsString())
	if err != nil {
		return cty.NilVal, err
	}
	bits, _ := a[1].AsBigFloat().Int64()
	number, _ := a[2].AsBigFloat().Int64()
	subnet, err := cidr.Subnet(network, int(bits), int(number))
	if err != nil {
		return cty.NilVal, err
	}
	return cty.StringVal(subnet.String()), nil
}, cty.String, cty.Number, cty.Number)

var cidrHost = of(cty.String, func(a []cty.Value) (cty.Value, error) {
	_, network, err := net.ParseCIDR(a[0].AsString())
	if err != nil {
		return cty.NilVal, err
	}
	number, _ := a[1].AsBigFloat().Int64()
	host, err := cidr.Host(network, int(number))
	if err != nil {
		return cty.NilVal, err
	}
	return cty.StringVal(host.String()), nil
}, cty.String, cty.Number)

var cidrNetmask = of(cty.String, func(a []cty.Value) (cty.Value, error) {
	_, network, err := net.ParseCIDR(a[0].AsString())
	if err != nil || len(network.Mask) != net.IPv4len {
		return cty.NilVal, fmt.Errorf("%s is no IPv4 range", a[0].AsString())
	}
	return cty.StringVal(net.IP(network.Mask).String()), nil
}, cty.String)

func fileIn(folder string) function.Function {
	return of(cty.String, func(a []cty.Value) (cty.Value, error) {
		name := a[0].AsString()
		if !filepath.IsAbs(name) {
			name = filepath.Join(folder, name)
		}
		text, err := os.ReadFile(name)
		return cty.StringVal(string(text)), err
	}, cty.String)
}

func filesIn(folder string) function.Function {
	return of(cty.Set(cty.String), func(a []cty.Value) (cty.Value, error) {
		base := a[0].AsString()
		if !filepath.IsAbs(base) {
			base = filepath.Join(folder, base)
		}
		found, err := filepath.Glob(filepath.Join(base, a[1].AsString()))
		if err != nil || len(found) == 0 {
			return cty.SetValEmpty(cty.String), err
		}
		names := make([]cty.Value, len(found))
		for i, name := range found {
			names[i] = cty.StringVal(filepath.Base(name))
		}
		return cty.SetVal(names), nil
	}, cty.String, cty.String)
}
