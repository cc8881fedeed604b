import { Announcer } from "../shared/parts/place";
import { Overview } from "./look/overview";
import { ProcessesPage } from "./look/processes-page";
import { Orders } from "./orders/orders";
import { StoryPage } from "./orders/story-page";
import { AskDialog } from "./parts/ask-dialog";
import { Header } from "./parts/header";
import { Page } from "./parts/page";
import { TokenForm } from "./parts/token-form";
import { AuditPage } from "./repair/audit-page";
import { Audits } from "./repair/audits";
import { DeadLetterPage } from "./repair/dead-letter-page";
import { DeadLetters } from "./repair/dead-letters";
import { urlOf } from "./rules/route";
import { tokenNeeded } from "./state/operator";
import { route } from "./state/router";
import { texts } from "./state/words";
import { Faults } from "./upkeep/faults";
import { Products } from "./upkeep/products";
import { Trail } from "./upkeep/trail";

export function App() {
	return (
		<>
			<Header />
			{tokenNeeded.value === "no" ? <Here /> : <TokenForm />}
			<AskDialog />
			<Announcer />
		</>
	);
}

function Here() {
	const place = route.value;
	const { nowhere } = texts.value;
	switch (place.at) {
		case "look":
			return <Overview />;
		case "processes":
			return <ProcessesPage />;
		case "orders":
			return <Orders search={place.search} />;
		case "order":
			return <StoryPage key={place.id} id={place.id} />;
		case "deadLetters":
			return <DeadLetters />;
		case "deadLetter":
			return <DeadLetterPage service={place.service} eventId={place.eventId} />;
		case "audits":
			return <Audits />;
		case "audit":
			return <AuditPage key={place.id} id={place.id} />;
		case "faults":
			return <Faults />;
		case "products":
			return <Products />;
		case "trail":
			return <Trail />;
		case "nowhere":
			return (
				<Page title={nowhere.title}>
					<a href={urlOf.look()}>{nowhere.home}</a>
				</Page>
			);
	}
}
