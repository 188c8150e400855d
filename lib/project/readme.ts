export const readme = `# Features of my own images

1. Put images into \`images/\`: any folders with JPEG, PNG, BMP or GIF files in them. Training needs no labels. To see how much of your
   classes the features hold, make a folder for each class (\`images/cat\`, \`images/dog\`).
2. Look at them: \`npx njepa data inspect images --html sheet.html\` names broken files and prints settings that fit.
3. See what it would cost: \`npx njepa train --config run.json --dry-run\`. With the settings of \`run.json\` use a GPU; for a first try on a
   laptop set \`steps\` in the notebook to 50.
4. Go through it: \`npx njepa reports .\` executes \`start.ipynb\` and writes \`reports/start.html\`. To go cell by cell,
   \`npx njepa kernel install\`, then open \`start.ipynb\` in JupyterLab or VS Code with the kernel "N-JEPA (TypeScript)".
5. A long training of its own: \`npx njepa train --config run.json --out run\`; the same command goes on after a stop. Then
   \`npx njepa probe run --protocol logreg,knn\`.

\`npx njepa train --list-settings\` lists what \`run.json\` may say.
`;
