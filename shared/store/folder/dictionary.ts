/**
 * Samples of the shop's documents and events, without the values in which they differ. LZ4 replaces each part of a value that is in this text too, so
 * that also short values become small. The text is a part of the folder's format: with another text nobody could read what was compressed, so a
 * change needs another format.
 */
const SAMPLES = [
	`{"_id":"","fingerprint":"","requestId":"","dueAt":17,"answer":{"value":{"id":"","customerId":"","status":"placed","items":[{"productId":"","name":"","quantity":1,"unitPrice":{"amount":1000,"currency":"KRW"}}],"total":{"amount":1000,"currency":"KRW"},"createdAt":"2026-","updatedAt":"2026-","version":1}},"rev":17}`,
	`{"id":"","last":12,"entries":[{"number":1,"type":"order.placed","orderId":"","eventId":"order//1","at":17},{"number":2,"type":"payment.approved","orderId":"","eventId":"payment//1","at":17},{"number":3,"type":"order.completed","orderId":"","eventId":"order//2","at":17}],"_id":"","rev":17,"version":0}`,
	`{"name":"","price":{"amount":1000,"currency":"KRW"},"available":100,"createdAt":17,"open":{"":{"type":"held","quantity":1},"":{"type":"refused","quantity":1}},"_id":"","rev":17,"version":1}`,
	`{"described":{"sequence":1,"name":"","description":"","price":{"amount":1000,"currency":"KRW"},"imageUrl":"https://"},"stock":{"sequence":1,"available":100},"addedAt":17,"_id":"","rev":17,"version":0}`,
	`{"_id":"","status":"reserved","items":[{"productId":"","quantity":1}],"rev":17}`,
	`{"_id":"","paymentId":"","rev":17}`,
	`{"_id":"","paymentId":"","orderId":"","amount":{"amount":1000,"currency":"USD"},"card":{"brand":"mastercard","last4":""},"outcome":{"status":"captured"},"decidedAt":"2026-","rev":17}`,
	`{"paymentId":"","orderId":"","customerId":"","amount":{"amount":1000,"currency":"EUR"},"card":{"brand":"visa","last4":"4242"},"status":"approved","tries":0,"createdAt":17,"_id":"","rev":17,"version":1}`,
	`{"orderId":"","customerId":"","status":"accepted","order":{"items":[{"productId":"","name":"","quantity":1,"unitPrice":{"amount":1000,"currency":"KRW"}}],"total":{"amount":1000,"currency":"KRW"},"placedAt":17},"_id":"","rev":17,"version":1}`,
	`{"customerId":"","orderId":"","type":"order.cancelled","text":"Your order  of  is cancelled because it was not paid in time.","status":"pending","tries":1,"createdAt":17,"dueAt":17,"requestId":"","_id":"msg_","rev":17,"version":0}`,
	`{"customerId":"","orderId":"","type":"payment.refunded","text":"We have refunded  for your order .","status":"sent","tries":1,"createdAt":17,"requestId":"","_id":"msg_","rev":17,"version":1}`,
	`{"customerId":"","orderId":"","type":"order.completed","text":"Your payment of  has arrived, and your order  is complete.","status":"sent","tries":1,"createdAt":17,"requestId":"","_id":"msg_","rev":17,"version":1}`,
	`{"customerId":"","orderId":"","type":"order.placed","text":"Thank you for your order  of . It is waiting for your payment.","status":"sent","tries":1,"createdAt":17,"requestId":"","_id":"msg_","rev":17,"version":1}`,
	`{"customerId":"","items":[{"productId":"","name":"","quantity":1,"unitPrice":{"amount":1000,"currency":"KRW"}}],"total":{"amount":1000,"currency":"KRW"},"stock":"reserved","expiresAt":17,"createdAt":17,"updatedAt":17,"status":"completed","attempt":{"paymentId":"","requestId":"","card":{"brand":"visa","last4":"4242"},"calls":1},"_id":"","rev":17,"version":2}`,
	`{"specversion":"1.0","id":"product//1","source":"/funshop/product","type":"product.added","subject":"","sequence":1,"time":"2026-","datacontenttype":"application/json","data":{"productId":"","name":"","description":"","price":{"amount":1000,"currency":"KRW"},"available":100,"addedAt":"2026-"}}`,
	`{"specversion":"1.0","id":"payment//2","source":"/funshop/payment","type":"payment.refunded","subject":"","sequence":2,"time":"2026-","datacontenttype":"application/json","requestid":"","data":{"paymentId":"","orderId":"","customerId":"","amount":{"amount":1000,"currency":"KRW"},"card":{"brand":"visa","last4":"4242"},"createdAt":"2026-"}}`,
	`{"specversion":"1.0","id":"order//2","source":"/funshop/order","type":"order.cancelled","subject":"","sequence":2,"time":"2026-","datacontenttype":"application/json","requestid":"","data":{"orderId":"","customerId":"","items":[{"productId":"","name":"","quantity":1,"unitPrice":{"amount":1000,"currency":"KRW"}}],"total":{"amount":1000,"currency":"KRW"},"cancelledBy":"customer","reason":"","payment":{"paymentId":"","card":{"brand":"visa","last4":"4242"}}}}`,
	`{"specversion":"1.0","id":"cart//1","source":"/funshop/cart","type":"cart.accepted","subject":"","sequence":1,"time":"2026-","datacontenttype":"application/json","requestid":"","data":{"orderId":"","customerId":""}}`,
	`{"specversion":"1.0","id":"notification/msg_/1","source":"/funshop/notification","type":"notification.sent","subject":"msg_","sequence":1,"time":"2026-","datacontenttype":"application/json","requestid":"","data":{"notificationId":"msg_","customerId":"","orderId":"","about":"order.placed"}}`,
	`{"specversion":"1.0","id":"product//2","source":"/funshop/product","type":"stock.reserved","subject":"","sequence":2,"time":"2026-","datacontenttype":"application/json","requestid":"","data":{"productId":"","orderId":"","quantity":1,"available":100,"complete":true}}`,
	`{"specversion":"1.0","id":"payment//1","source":"/funshop/payment","type":"payment.approved","subject":"","sequence":1,"time":"2026-","datacontenttype":"application/json","requestid":"","data":{"paymentId":"","orderId":"","customerId":"","amount":{"amount":1000,"currency":"KRW"},"card":{"brand":"visa","last4":"4242"},"createdAt":"2026-"}}`,
	`{"specversion":"1.0","id":"order//2","source":"/funshop/order","type":"order.completed","subject":"","sequence":2,"time":"2026-","datacontenttype":"application/json","requestid":"","data":{"orderId":"","customerId":"","paymentId":"","total":{"amount":1000,"currency":"KRW"}}}`,
	`{"events":[{"specversion":"1.0","id":"order//1","source":"/funshop/order","type":"order.placed","subject":"","sequence":1,"time":"2026-","datacontenttype":"application/json","requestid":"","data":{"orderId":"","customerId":"","items":[{"productId":"","name":"","quantity":1,"unitPrice":{"amount":1000,"currency":"KRW"}}],"total":{"amount":1000,"currency":"KRW"}}}],"customerId":"","createdAt":17,"cartOf":"","placedAt":17,"_id":"","rev":17,"version":0}`,
];

/** For the compression of documents and events that a data folder has together. */
export const DICTIONARY = Buffer.from(SAMPLES.join("\n"));
