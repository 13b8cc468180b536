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
	return svg(plotWidth, plotHeight, func(b *strings.Builder) {
		for _, m := range r.scenarios {
			if m.Name == "S2" {
				bars(b, m)
			}
		}
		var lines []line
		for _, c := range r.growth {
			l := line{name: c.name}
			for _, p := range c.points {
				l.values = append(l.values, p.sample.median(work))
			}
			lines = append(lines, l)
		}
		chart(b, "Processor time a delivery, µs", plotLeft+panelWidth+panelGap, lines)
	})
}

// svg is a picture of a size that draw fills.
func svg(width, height int, draw func(*strings.Builder)) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="white"/>`+"\n", width, height)
	draw(&b)
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

// line is a quantity at 1, 10, 100 times as much.
type line struct {
	name   string
	values []float64
}

// chart draws lines over a common scale.
func chart(b *strings.Builder, title string, left int, lines []line) {
	fmt.Fprintf(b, `<text x="%d" y="%d">%s</text>`+"\n", left, plotTop/2, title)
	most, longest := 0.0, 0
	for _, l := range lines {
		longest = max(longest, len(l.values))
		for _, v := range l.values {
			most = max(most, v)
		}
	}
	fmt.Fprintf(b, `<path d="M%d %d v%d h%d" fill="none" stroke="#888"/>`+"\n", left, plotTop, panelHeight, panelWidth)
	across := func(j int) int { return left + 20 + j*(panelWidth-40)/max(longest-1, 1) }
	for j, times := 0, 1; j < longest; j, times = j+1, 10*times {
		fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle">%d×</text>`+"\n", across(j), plotTop+panelHeight+16, times)
	}
	for i, l := range lines {
		color := []string{"#c2410c", "#1d4ed8", "#15803d", "#6b21a8"}[i%4]
		var path strings.Builder
		for j, v := range l.values {
			x, y := across(j), plotTop+panelHeight-v/most*panelHeight
			fmt.Fprintf(&path, "%s%d %.0f ", map[bool]string{true: "M", false: "L"}[j == 0], x, y)
			fmt.Fprintf(b, `<circle cx="%d" cy="%.0f" r="3" fill="%s"/>`+"\n", x, y, color)
			fmt.Fprintf(b, `<text x="%d" y="%.0f" text-anchor="middle" fill="%s">%.1f</text>`+"\n", x, y-8, color, v)
		}
		fmt.Fprintf(b, `<path d="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.TrimSpace(path.String()), color)
		fmt.Fprintf(b, `<text x="%d" y="%d" fill="%s">%s</text>`+"\n", left, plotTop+panelHeight+34+i*14, color, l.name)
	}
}
