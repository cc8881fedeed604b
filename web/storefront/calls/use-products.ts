import { useEffect, useState } from "preact/hooks";
import { ask, type Refused } from "../../shared/asking";
import { isUndecided, waitFor } from "../../shared/rules/retry";
import { type Schemas, shop } from "../../shared/shop";

/** By id, a product as the shop has it; null where it has it no more. */
type Products = ReadonlyMap<string, Schemas["Product"] | null>;

interface Looked {
	known: Products;
	/** Why one of the products could not be looked up. */
	refused?: Refused;
	lookAgain: () => void;
}

/** The products as the shop has them now. Looks again by itself while the shop is busy or away. */
export function useProducts(ids: readonly string[]): Looked {
	const [known, setKnown] = useState<Products>(new Map());
	const [refusals, setRefusals] = useState<ReadonlyMap<string, Refused>>(new Map());
	const [looks, setLooks] = useState(0);
	useEffect(() => {
		const leaving = new AbortController();
		const timers: Array<ReturnType<typeof setTimeout>> = [];
		const learn = (id: string, product: Schemas["Product"] | null) => {
			setKnown((before) => new Map(before).set(id, product));
			setRefusals((before) => new Map([...before].filter(([other]) => other !== id)));
		};
		const look = async (id: string, failures: number) => {
			const answered = await ask(() =>
				shop.GET("/products/{id}", { params: { path: { id } }, signal: leaving.signal }),
			).catch(() => undefined);
			if (leaving.signal.aborted || !answered) return;
			if ("data" in answered) return learn(id, answered.data);
			const { refused } = answered;
			if (refused.status === 404) return learn(id, null);
			setRefusals((before) => new Map(before).set(id, refused));
			if (isUndecided(refused))
				timers.push(setTimeout(() => void look(id, failures + 1), waitFor(refused, failures) * 1_000));
		};
		setRefusals((before) => new Map([...before].filter(([id]) => ids.includes(id))));
		for (const id of ids) void look(id, 1);
		return () => {
			leaving.abort();
			timers.forEach(clearTimeout);
		};
	}, [ids.join(), looks]);
	const [refused] = refusals.values();
	return { known, refused, lookAgain: () => setLooks((before) => before + 1) };
}
