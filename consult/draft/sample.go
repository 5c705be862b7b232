package draft

import "reflect"

// fullPage returns a Page in which every field holds something, so that
// executing a template on it takes every branch that asks for presence.
func fullPage() Page {
	var p Page
	fillValue(reflect.ValueOf(&p).Elem())
	return p
}

// fillValue sets strings to a sample word, conditions to true, lists to two
// elements.
func fillValue(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("sample")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillValue(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fillValue(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				fillValue(f)
			}
		}
	}
}
