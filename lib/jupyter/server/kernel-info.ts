import { protocolVersion } from "../message";

/** Version of TypeScript that cells are written in: tslab's own. */
const typeScript = "5.0.4";

/** The content of a kernel_info_reply, without its status. */
export function kernelInfo(): Record<string, unknown> {
  const { version } = require("tslab/package.json") as { version: string };
  return {
    protocol_version: protocolVersion,
    implementation: "njepa",
    implementation_version: version,
    banner: `N-JEPA (TypeScript ${typeScript}, tslab ${version}, Node ${process.versions.node})`,
    language_info: {
      name: "typescript",
      version: typeScript,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { name: "javascript", mode: "typescript", typescript: true },
      nbconvert_exporter: "script",
    },
    help_links: [{ text: "N-JEPA (arXiv 2507.15216)", url: "https://arxiv.org/abs/2507.15216" }],
    supported_features: [],
  };
}
