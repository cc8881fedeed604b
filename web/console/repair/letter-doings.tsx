import { askFor, byTrail } from "../state/doing";
import { operator, type Schemas } from "../state/operator";
import { texts } from "../state/words";

/** The buttons by which a dead letter is replayed or dropped. */
export function LetterButtons({ letter: { service, eventId, type } }: { letter: Schemas["DeadLetterSummary"] }) {
	const { deadLetters: words } = texts.value;
	const body = { service, eventId } as { service: "cart"; eventId: string };
	const replay = () =>
		askFor({
			title: words.replay,
			explain: <p>{words.replayAsk(type, service)}</p>,
			button: words.replay,
			run: byTrail(() => operator.POST("/operator/api/dead-letters/replay", { body })),
		});
	const drop = () =>
		askFor({
			title: words.drop,
			explain: <p>{words.dropAsk(type, service)}</p>,
			button: words.drop,
			isDangerous: true,
			run: byTrail(() => operator.POST("/operator/api/dead-letters/drop", { body })),
		});
	return (
		<span class="actions">
			<button type="button" class="small" onClick={replay}>
				{words.replay}
			</button>
			<button type="button" class="danger small" onClick={drop}>
				{words.drop}
			</button>
		</span>
	);
}
