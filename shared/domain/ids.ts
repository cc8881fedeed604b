import { Type } from "@sinclair/typebox";

/** The shop does not keep customers, so their ids are whatever its callers use, within this. */
export const CustomerId = Type.String({ pattern: "^[A-Za-z0-9._@-]{1,64}$" });

/** An id that the shop gave, as it comes back from outside: anything else of this length is simply not found. */
export const Id = Type.String({ minLength: 1, maxLength: 200 });
