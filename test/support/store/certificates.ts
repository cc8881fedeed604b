import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Certificate {
	key: Buffer;
	cert: Buffer;
	/** The certificate's file, for those who trust it; removed by {@link Certificates.remove}. */
	file: string;
}

/** Makes self-signed certificates by `openssl`. */
export class Certificates {
	private readonly folder = mkdtempSync(join(tmpdir(), "funshop-certificates-"));

	/** A certificate for this host, valid in these years. */
	make(host: string, from: number, until: number): Certificate {
		const path = (name: string) => join(this.folder, `${host}-${from}-${name}`);
		const subject = host.startsWith("127.") ? `IP:${host}` : `DNS:${host}`;
		writeFileSync(
			path("cnf"),
			`[ca]\ndefault_ca=it\n[it]\ndatabase=${path("index")}\nserial=${path("serial")}\nnew_certs_dir=${this.folder}\n` +
				`default_md=sha256\npolicy=any\nx509_extensions=ext\n[any]\ncommonName=supplied\n[ext]\nsubjectAltName=${subject}\n`,
		);
		writeFileSync(path("index"), "");
		writeFileSync(path("serial"), "01");
		const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });
		const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path("key")];
		openssl("req", "-new", ...key, "-subj", "/CN=test", "-out", path("request"));
		const times = ["-startdate", `${from}0101000000Z`, "-enddate", `${until}0101000000Z`];
		const signed = ["-config", path("cnf"), "-keyfile", path("key"), "-in", path("request"), "-out", path("cert")];
		openssl("ca", "-batch", "-notext", "-selfsign", ...times, ...signed);
		return { key: readFileSync(path("key")), cert: readFileSync(path("cert")), file: path("cert") };
	}

	remove(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}
