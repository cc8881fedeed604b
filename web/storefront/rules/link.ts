/** `away`: the shop does not answer, so the orders are as they were. */
export type Link = "off" | "connecting" | "live" | "away";

/**
 * How the link stands once my page was read after the stream was lost. The answer may be late: then it says nothing where the stream is live again,
 * or my page was not followed all the time, as the visitor left it or is another customer.
 */
export function afterLoss(link: Link, isRead: boolean, isFollowed: boolean): Link {
	if (!isFollowed || link === "live") return link;
	return isRead ? "connecting" : "away";
}
