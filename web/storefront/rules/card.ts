/** The fields of a card as they are typed. */
export interface CardFields {
	number: string;
	expiry: string;
	cvc: string;
}

/** By field, what is wrong with it. */
export type CardFaults = Partial<Record<keyof CardFields, "missing" | "malformed" | "past">>;

/** What the shop takes. */
export interface Card {
	cardNo: string;
	expiry: string;
	cvc: string;
}

/** The card's number in groups, as it is printed on the card. */
export function groupNumber(typed: string): string {
	const digits = digitsOf(typed).slice(0, 19);
	const groups = /^3[47]/.test(digits) ? /^(\d{1,4})(\d{1,6})?(\d{1,5})?/ : /^(\d{1,4})(\d{1,4})?(\d{1,4})?(\d{1,7})?/;
	return (groups.exec(digits) ?? []).slice(1).filter(Boolean).join(" ");
}

/** The expiry as MM/YY, also of `1/30`, `0130` and `01/2030`. While it is typed, the slash comes by itself. */
export function formatExpiry(typed: string): string {
	const [, month, year] = /^\s*(\d{1,2})\s*\/\s*(?:20)?(\d{0,2})\s*$/.exec(typed) ?? [];
	if (month !== undefined) return `${month.padStart(2, "0")}/${year}`;
	const digits = digitsOf(typed).slice(0, 4);
	return digits.length > 2 ? `${digits.slice(0, 2)}/${digits.slice(2)}` : digits;
}

/** The card as the shop takes it, or what is wrong. `now` in milliseconds since 1970. */
export function readCard({ number, expiry, cvc }: CardFields, now: number): { card: Card } | { faults: CardFaults } {
	const card = { cardNo: digitsOf(number), expiry: formatExpiry(expiry), cvc: cvc.trim() };
	const faults: CardFaults = {};
	if (card.cardNo === "") faults.number = "missing";
	else if (!isCardNumber(card.cardNo)) faults.number = "malformed";
	if (card.expiry === "") faults.expiry = "missing";
	else if (!/^(0[1-9]|1[0-2])\/\d{2}$/.test(card.expiry)) faults.expiry = "malformed";
	else if (hasEnded(card.expiry, now)) faults.expiry = "past";
	if (card.cvc === "") faults.cvc = "missing";
	else if (!/^\d{3,4}$/.test(card.cvc)) faults.cvc = "malformed";
	return Object.keys(faults).length > 0 ? { faults } : { card };
}

/** The Luhn check (ISO/IEC 7812-1, annex B) of 12 to 19 digits. */
export function isCardNumber(digits: string): boolean {
	if (!/^\d{12,19}$/.test(digits)) return false;
	const sum = [...digits].reverse().reduce((total, digit, index) => {
		const doubled = Number(digit) * (index % 2 === 1 ? 2 : 1);
		return total + (doubled > 9 ? doubled - 9 : doubled);
	}, 0);
	return sum % 10 === 0;
}

/** Whether the month has ended in every time zone. */
function hasEnded(expiry: string, now: number): boolean {
	const [month, year] = expiry.split("/").map(Number) as [number, number];
	const twelveHours = 12 * 3_600_000;
	return now >= Date.UTC(2000 + year, month, 1) + twelveHours;
}

function digitsOf(typed: string): string {
	return typed.replaceAll(/\D/g, "");
}
