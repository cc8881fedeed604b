import { ownPicture } from "../rules/pictures";

interface Props {
	imageUrl?: string;
	name?: string;
	/** Whether it is seen without scrolling. */
	isFirst?: boolean;
}

/** A product's picture; a neutral one where it has none, or one from elsewhere. */
export function Picture({ imageUrl, name = "", isFirst = false }: Props) {
	const url = ownPicture(imageUrl, location.origin);
	if (url !== undefined)
		return <img class="picture" src={url} alt={name} width={480} height={360} loading={isFirst ? "eager" : "lazy"} />;
	return (
		<svg class="picture none" viewBox="0 0 480 360" aria-hidden="true">
			<path d="M170 140h140l14 120H156z M206 140c0-56 68-56 68 0" />
		</svg>
	);
}
