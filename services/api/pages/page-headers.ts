/** Nothing from elsewhere, and no script or style within a page (https://www.w3.org/TR/CSP3/). */
const CONTENT_SECURITY_POLICY = [
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self' data:",
	"connect-src 'self'",
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'",
].join("; ");

/** The features that a page could ask a browser for; ours need none of them. */
const PERMISSIONS = ["camera", "display-capture", "geolocation", "microphone", "payment", "usb"];

/** The headers by which browsers guard the pages, on each of their files. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
	"Content-Security-Policy": CONTENT_SECURITY_POLICY,
	"Cross-Origin-Opener-Policy": "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy": PERMISSIONS.map((feature) => `${feature}=()`).join(", "),
	"Referrer-Policy": "same-origin",
	"X-Frame-Options": "DENY",
};
