package apidoc

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// minContrast is what WCAG 2 asks for text of normal size (AA).
const minContrast = 4.5

var colour = regexp.MustCompile(`--([a-z0-9-]+): #([0-9a-f]{3,6});`)

func colours(css string) map[string]string {
	all := make(map[string]string)
	for _, found := range colour.FindAllStringSubmatch(css, -1) {
		all[found[1]] = found[2]
	}
	return all
}

// luminance is the relative luminance of WCAG 2 of a colour in hexadecimal.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 3 {
		hex = fmt.Sprintf("%c%c%c%c%c%c", hex[0], hex[0], hex[1], hex[1], hex[2], hex[2])
	}
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatalf("%q is no colour: %v", hex, err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func TestContrast(t *testing.T) {
	light, dark, found := strings.Cut(string(style), "@media (prefers-color-scheme: dark)")
	if !found {
		t.Fatal("the style sheet has no dark half")
	}
	dark, _, _ = strings.Cut(dark, "* { box-sizing")
	for theme, tokens := range map[string]map[string]string{"light": colours(light), "dark": colours(dark)} {
		for _, text := range []string{"text", "text-2", "text-3", "accent-text"} {
			for _, ground := range []string{"page", "surface", "rail", "sunken", "chip", "accent-light"} {
				a, b := luminance(t, tokens[text]), luminance(t, tokens[ground])
				if got := (max(a, b) + 0.05) / (min(a, b) + 0.05); got < minContrast {
					t.Errorf("%s: --%s on --%s: got contrast %.2f, want %.1f", theme, text, ground, got, minContrast)
				}
			}
		}
	}
}
