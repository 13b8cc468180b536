//go:build linux

package suite

import (
	"fmt"
	"strings"
)

// Of the picture, in its own units.
const (
	plotWidth, plotHeight = 860, 300
	plotLeft, plotTop     = 60, 40
	panelWidth            = 340
	panelHeight           = 200
	panelGap              = 100
	barGap                = 24
)

// plot draws deliveries a second in S2 as bars, and beside them the work of a
// delivery at 1, 10 and 100 times as much, relative to the first, as lines.
func (r report) plot() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", plotWidth, plotHeight)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="white"/>`+"\n", plotWidth, plotHeight)
	for _, m := range r.scenarios {
		if m.Name == "S2" {
			bars(&b, m)
		}
	}
	lines(&b, r.growth, plotLeft+panelWidth+panelGap)
	b.WriteString("</svg>\n")
	return b.String()
}

func bars(b *strings.Builder, m measured) {
	fmt.Fprintf(b, `<text x="%d" y="%d">Deliveries a second, %s</text>`+"\n", plotLeft, plotTop/2, m.About)
	most := 0.0
	for _, s := range m.samples {
		most = max(most, s.median(delivered))
	}
	width := panelWidth/len(m.samples) - barGap
	for i, s := range m.samples {
		value := s.median(delivered)
		h := value / most * panelHeight
		x, y := plotLeft+i*(width+barGap), plotTop+panelHeight-h
		color := "#8aa4b8"
		if s.Server == "parley" {
			color = "#c2410c"
		}
		fmt.Fprintf(b, `<rect x="%d" y="%.0f" width="%d" height="%.0f" fill="%s"/>`+"\n", x, y, width, h, color)
		fmt.Fprintf(b, `<text x="%d" y="%.0f" text-anchor="middle">%.0f</text>`+"\n", x+width/2, y-4, value)
		fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", x+width/2, plotTop+panelHeight+16, s.Server)
	}
}

func lines(b *strings.Builder, curves []curve, left int) {
	fmt.Fprintf(b, `<text x="%d" y="%d">Processor time a delivery, µs</text>`+"\n", left, plotTop/2)
	most := 0.0
	for _, c := range curves {
		for _, p := range c.points {
			most = max(most, p.sample.median(work))
		}
	}
	fmt.Fprintf(b, `<path d="M%d %d v%d h%d" fill="none" stroke="#888"/>`+"\n", left, plotTop, panelHeight, panelWidth)
	for i, c := range curves {
		color := []string{"#c2410c", "#1d4ed8"}[i%2]
		var path strings.Builder
		for j, p := range c.points {
			x := left + 20 + j*(panelWidth-40)/max(len(c.points)-1, 1)
			y := plotTop + panelHeight - p.sample.median(work)/most*panelHeight
			fmt.Fprintf(&path, "%s%d %.0f ", map[bool]string{true: "M", false: "L"}[j == 0], x, y)
			fmt.Fprintf(b, `<circle cx="%d" cy="%.0f" r="3" fill="%s"/>`+"\n", x, y, color)
			fmt.Fprintf(b, `<text x="%d" y="%.0f" text-anchor="middle" fill="%s">%.1f</text>`+"\n", x, y-8, color, p.sample.median(work))
			if i == 0 {
				fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle">%d×</text>`+"\n", x, plotTop+panelHeight+16, p.times)
			}
		}
		fmt.Fprintf(b, `<path d="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.TrimSpace(path.String()), color)
		fmt.Fprintf(b, `<text x="%d" y="%d" fill="%s">%s</text>`+"\n", left, plotTop+panelHeight+34+i*14, color, c.name)
	}
}
