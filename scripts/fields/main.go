// Command fields prints the fields of every stable kind of Kubernetes and what they decode into, as src/admission/field-table.ts
// describes it: read from the Go types, since only they have the names that the server's messages give.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

var (
	stable     = regexp.MustCompile(`^v[0-9]+$`)
	decoder    = reflect.TypeFor[json.Unmarshaler]()
	withOwnWay = map[reflect.Type]string{
		reflect.TypeFor[intstr.IntOrString](): "int-or-string",
		reflect.TypeFor[metav1.MicroTime]():   "time",
		reflect.TypeFor[metav1.Time]():        "time",
		reflect.TypeFor[resource.Quantity]():  "quantity",
	}
)

type table struct {
	KubernetesMinor int                          `json:"kubernetesMinor"`
	Kinds           map[string]string            `json:"kinds"`
	Types           map[string]map[string]string `json:"types"`
	Inlined         map[string]map[string]string `json:"inlined"`
}

func main() {
	for _, add := range []func() error{
		func() error { return apiextensions.AddToScheme(scheme.Scheme) },
		func() error { return apiregistration.AddToScheme(scheme.Scheme) },
	} {
		if err := add(); err != nil {
			panic(err)
		}
	}
	t := table{37, map[string]string{}, map[string]map[string]string{}, map[string]map[string]string{}}
	for kind, of := range scheme.Scheme.AllKnownTypes() {
		_, isObject := of.FieldByName("ObjectMeta")
		if !isObject || !stable.MatchString(kind.Version) || strings.HasPrefix(of.PkgPath(), "k8s.io/apimachinery") {
			continue
		}
		t.Kinds[kind.GroupVersion().String()+" "+kind.Kind] = t.add(of, true)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	out.SetEscapeHTML(false)
	if err := out.Encode(t); err != nil {
		panic(err)
	}
}

// nameOf gives k8s.io/api/core/v1.PodSpec as core.v1.PodSpec: the server's messages print it from `v1` on.
func nameOf(of reflect.Type) string {
	path := strings.Split(of.PkgPath(), "/")
	return strings.Join(path[max(0, len(path)-2):], ".") + "." + of.Name()
}

func (t table) add(of reflect.Type, isKind bool) string {
	name := nameOf(of)
	if t.Types[name] != nil {
		return name
	}
	t.Types[name] = map[string]string{}
	t.addFields(name, of, "", isKind)
	return name
}

func (t table) addFields(name string, of reflect.Type, inline string, isKind bool) {
	for i := range of.NumField() {
		field := of.Field(i)
		tag, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case tag == "-":
		case tag == "" && (field.Anonymous || strings.Contains(options, "inline")):
			below := inline + field.Name + "."
			if field.Type == reflect.TypeFor[metav1.TypeMeta]() {
				below = ""
			}
			t.addFields(name, field.Type, below, false)
		default:
			// What a manifest says of its status is nobody's word, and leaving it out halves the table.
			if isKind && tag == "status" || tag == "managedFields" {
				t.Types[name][tag] = "any"
			} else {
				t.Types[name][tag] = t.code(field.Type)
			}
			if inline != "" {
				if t.Inlined[name] == nil {
					t.Inlined[name] = map[string]string{}
				}
				t.Inlined[name][tag] = strings.TrimSuffix(inline, ".")
			}
		}
	}
}

func (t table) code(of reflect.Type) string {
	if of.Kind() == reflect.Pointer {
		return t.code(of.Elem())
	}
	if code, ok := withOwnWay[of]; ok {
		return code
	}
	if reflect.PointerTo(of).Implements(decoder) {
		return "any"
	}
	switch of.Kind() {
	case reflect.Struct:
		return t.add(of, false)
	case reflect.Slice:
		if of.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return named(of, "[]"+t.code(of.Elem()))
	case reflect.Map:
		return named(of, "{}"+t.code(of.Elem()))
	case reflect.Interface:
		return "any"
	default:
		return named(of, of.Kind().String())
	}
}

// named keeps the name of a type that is not a struct: `v1.Protocol=string`.
func named(of reflect.Type, code string) string {
	if of.PkgPath() == "" {
		return code
	}
	return of.String() + "=" + code
}
