/** As the shop takes it. */
const CUSTOMER_ID = /^[A-Za-z0-9._@+-]{1,64}$/;

export function isCustomerId(text: unknown): text is string {
	return typeof text === "string" && CUSTOMER_ID.test(text);
}
