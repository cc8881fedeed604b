import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { language } from "../../shared/state/language";

export interface ChartLine {
	name: string;
	/** The custom property `--chart-<colour>` of the stylesheet. */
	colour: string;
}

const HEIGHT = 170;

interface Props {
	/** Seconds since 1970. */
	times: number[];
	/** What the legend calls a time. */
	timeName: string;
	series: number[][];
	lines: ChartLine[];
}

/** Lines over time. */
export function Chart({ times, timeName, series, lines }: Props) {
	const place = useRef<HTMLDivElement>(null);
	const plot = useRef<uPlot | null>(null);
	const names = lines.map(({ name }) => name).join("\n");
	useEffect(() => {
		const box = place.current!;
		const colourOf = (name: string) => getComputedStyle(box).getPropertyValue(name).trim();
		const axis = { stroke: () => colourOf("--calm"), grid: { stroke: () => colourOf("--line"), width: 1 } };
		const drawn = new uPlot(
			{
				width: Math.max(box.clientWidth, 200),
				height: HEIGHT,
				cursor: { points: { size: 6 } },
				axes: [
					{ ...axis, values: (_, marks) => marks.map(toTime) },
					{ ...axis, size: 44 },
				],
				scales: { y: { range: (_, __, most) => [0, Math.max(5, most)] } },
				series: [
					{ label: timeName, value: (_, at: number | null) => (at === null ? "–" : toTime(at)) },
					...lines.map(({ name, colour }) => ({
						label: name,
						stroke: () => colourOf(`--chart-${colour}`),
						width: 2,
						points: { show: false },
					})),
				],
			},
			[times, ...series],
			box,
		);
		plot.current = drawn;
		const resized = new ResizeObserver(() => drawn.setSize({ width: Math.max(box.clientWidth, 200), height: HEIGHT }));
		resized.observe(box);
		const recolour = () => drawn.redraw(false);
		const dark = matchMedia("(prefers-color-scheme: dark)");
		dark.addEventListener("change", recolour);
		return () => {
			dark.removeEventListener("change", recolour);
			resized.disconnect();
			drawn.destroy();
			plot.current = null;
		};
	}, [names]);
	useEffect(() => plot.current?.setData([times, ...series]), [times, series]);
	return <div ref={place} class="chart" />;
}

function toTime(seconds: number): string {
	return new Intl.DateTimeFormat(language.value, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(
		new Date(seconds * 1_000),
	);
}
