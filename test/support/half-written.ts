import { type Collection, type Document, MongoClient } from "mongodb";

const CHUNK = 500;

/**
 * Takes back documents that are there, but are not found by their id. No mongod has them; a stand-in that is killed in the middle of a
 * write, which it has not acknowledged then, may. Nobody else may use the database meanwhile.
 */
export async function takeBackHalfWritten(uri: string): Promise<void> {
	// Numbers keep the types that they were written with.
	const client = new MongoClient(uri, { promoteValues: false });
	try {
		const database = client.db();
		for (const { name } of await database.listCollections().toArray()) {
			const collection = database.collection(name);
			const whole = await wholeDocuments(collection);
			if (!whole) continue;
			const indexes = (await collection.listIndexes().toArray()).filter((index) => index.name !== "_id_");
			// Neither can they be removed one by one.
			await collection.drop();
			if (indexes.length > 0)
				await collection.createIndexes(indexes.map(({ key, name: index, ...rest }) => ({ key, name: index, ...rest })));
			if (whole.length > 0) await collection.insertMany(whole);
		}
	} finally {
		await client.close();
	}
}

/** Undefined where all are whole. */
async function wholeDocuments(collection: Collection): Promise<Document[] | undefined> {
	const all = await collection.find().toArray();
	const found = new Set<unknown>();
	for (let place = 0; place < all.length; place += CHUNK) {
		const ids = all.slice(place, place + CHUNK).map(({ _id }) => _id);
		for (const { _id } of await collection.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray())
			found.add(String(_id));
	}
	return found.size === all.length ? undefined : all.filter(({ _id }) => found.has(String(_id)));
}
