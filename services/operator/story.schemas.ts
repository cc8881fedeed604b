import { type Static, Type } from "@sinclair/typebox";
import { Id } from "../../shared/domain/ids";
import { CardShape } from "../../shared/domain/cards";
import { MoneyShape } from "../../shared/domain/money";
import { ListOf, ListParams } from "../../shared/store/paging";
import { PageOrderShape } from "../customer/customer.schemas";
import { NotificationShape } from "../notification/notification.schemas";
import { OrderShape } from "../order/order.schemas";
import { PaymentShape } from "../payment/payment.schemas";

const strict = { additionalProperties: false };
const Time = Type.String({ format: "date-time" });

export const FindOrders = Type.Object(
	{
		id: Type.Optional(Id),
		customerId: Type.Optional(
			Type.String({ pattern: "^[A-Za-z0-9._@+-]{1,64}$", description: "1 to 64 letters, digits and . _ @ + -" }),
		),
		...ListParams,
	},
	strict,
);
export type FindOrders = Static<typeof FindOrders>;
export const FoundOrdersShape = ListOf(OrderShape);

export const TellStory = Type.Object({ id: Id }, strict);
export type TellStory = Static<typeof TellStory>;

/** An act of the payment processor on a payment. */
export const LedgerLineShape = Type.Object({
	at: Time,
	type: Type.Union(["captured", "declined", "voided", "refunded"].map((type) => Type.Literal(type))),
	paymentId: Type.String(),
	amount: MoneyShape,
	card: CardShape,
});
export type LedgerLine = Static<typeof LedgerLineShape>;

export const HandlingShape = Type.Object({
	service: Type.String(),
	nodeId: Type.String(),
	at: Time,
	ms: Type.Number({ minimum: 0 }),
	ok: Type.Boolean({ description: "false: it failed, and is tried again" }),
});

export const StoryEventShape = Type.Object({
	id: Type.String(),
	type: Type.String(),
	subject: Type.String(),
	sequence: Type.Integer(),
	at: Time,
	publisher: Type.String({ description: "The service that published it" }),
	requestId: Type.Optional(Type.String()),
	data: Type.Optional(Type.Unknown({ description: "Left out where the answer would be too long" })),
	handled: Type.Array(HandlingShape, {
		description: "Who has handled it, as far as processes that run remember: their last 5,000 deliveries",
	}),
});
export type StoryEvent = Static<typeof StoryEventShape>;

export const StoryShape = Type.Object({
	order: OrderShape,
	page: Type.Union([PageOrderShape, Type.Null()], {
		description: "The order as on my page; null: it is not there yet",
	}),
	isInCart: Type.Boolean(),
	commands: Type.Array(
		Type.Object({
			requestId: Type.String({ description: "X-Request-ID of the customer's request" }),
			at: Time,
			command: Type.Union(
				["place", "pay", "cancel", "other"].map((name) => Type.Literal(name)),
				{
					description: "As its first event tells",
				},
			),
			events: Type.Array(Type.String(), { description: "Ids of the events that followed from it" }),
		}),
		{ description: "The requests that the events name, oldest first" },
	),
	payments: Type.Array(PaymentShape),
	ledger: Type.Array(LedgerLineShape, { description: "What the payment processor says, oldest first" }),
	messages: Type.Array(NotificationShape),
	events: Type.Array(StoryEventShape, { description: "All events about the order that the log has, oldest first" }),
	deadLetters: Type.Array(
		Type.Object({ service: Type.String(), eventId: Type.String(), reason: Type.String(), at: Time }),
		{ description: "Events about the order that a service gave up" },
	),
	missing: Type.Array(Type.Object({ part: Type.String(), reason: Type.String() }), {
		description: "Parts that could not be asked, or are not whole",
	}),
});
export type Story = Static<typeof StoryShape>;
