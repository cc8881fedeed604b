/** The picture's URL where it is the shop's own; the page loads nothing from elsewhere. `origin`: that of the page */
export function ownPicture(imageUrl: string | undefined, origin: string): string | undefined {
	if (imageUrl === undefined || !URL.canParse(imageUrl, origin)) return undefined;
	const { origin: of, pathname, search } = new URL(imageUrl, origin);
	return of === origin ? pathname + search : undefined;
}
