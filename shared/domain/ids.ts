import { Type } from "@sinclair/typebox";

/** A customer's id. Callers choose it, as the shop keeps no customers. */
export const CustomerId = Type.String({
	pattern: "^[A-Za-z0-9._@+-]{1,64}$",
	description: "1 to 64 letters, digits and . _ @ + -",
});

/** An id in a request, of a document of the shop. Only its length is checked: an id that the shop never gave out is not found. */
export const Id = Type.String({ minLength: 1, maxLength: 200 });
