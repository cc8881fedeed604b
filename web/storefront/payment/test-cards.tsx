import type { CardFields } from "../rules/card";
import { texts } from "../state/visitor";

/** Cards of the simulated processor. */
const CARDS = {
	accepted: "4242 4242 4242 4242",
	declined: "4000 0000 0000 0002",
	insufficient: "4000 0000 0000 9995",
	error: "4000 0000 0000 0119",
};

export function TestCards({ isLocked, take }: { isLocked: boolean; take: (fields: CardFields) => void }) {
	const { test, testCards } = texts.value.payment;
	const nextYear = String((new Date().getFullYear() + 1) % 100).padStart(2, "0");
	return (
		<div class="test-cards">
			<p class="calm">{test}</p>
			<ul>
				{(Object.keys(CARDS) as Array<keyof typeof CARDS>).map((outcome) => (
					<li key={outcome}>
						<button
							type="button"
							class="quiet"
							disabled={isLocked}
							onClick={() => take({ number: CARDS[outcome], expiry: `12/${nextYear}`, cvc: "123" })}
						>
							<code>{CARDS[outcome]}</code> {testCards[outcome]}
						</button>
					</li>
				))}
			</ul>
		</div>
	);
}
