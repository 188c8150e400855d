import { inlineSvgStyle } from "../figure/figure-inline";

const darkColors =
  "color-scheme:dark;--paper:#14181d;--ground:#1b2027;--text:#e4e8ed;--quiet:#a3adb9;--rule:#323a44;--accent:#7cc0f0;--bad:#ff9c85;--bad-ground:#2c1c19;--good:#63cf9f;--warn:#e6b93c;--warn-ground:#29230f;--keyword:#cda5e8;--string:#8fd3ae;--number:#e6b070;--title:#7cc0f0";

/** The style of a page: quiet background, one column of text, tables ruled, not boxed; light, dark, phone, print. */
export const pageStyle = `
:root{color-scheme:light;--paper:#fff;--ground:#f7f8f9;--text:#1f2731;--quiet:#5a6573;--rule:#dfe3e8;--accent:#005a8f;--bad:#a32a14;--bad-ground:#fdf3f0;--good:#1c6b4c;--warn:#7a5200;--warn-ground:#fdf7e8;--keyword:#7a3e9d;--string:#1c6b4c;--number:#8a4b00;--title:#005a8f}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${darkColors}}${inlineSvgStyle(":root:not([data-theme=light])")}}
@media screen{:root[data-theme=dark]{${darkColors}}${inlineSvgStyle(":root[data-theme=dark]")}}
*{box-sizing:border-box}
html{scroll-padding-top:1.5rem;-webkit-text-size-adjust:100%}
body{margin:0;overflow-wrap:break-word;background:var(--paper);color:var(--text);font:1.0625rem/1.62 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:.18em}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
.skip{position:absolute;left:-100vw;top:.5rem;background:var(--paper);padding:.4rem .8rem;z-index:1}
.skip:focus{left:.5rem}
.layout{max-width:76rem;margin:0 auto;padding:0 1.5rem;display:grid;grid-template-columns:minmax(0,48rem) minmax(0,1fr);column-gap:4rem;grid-template-areas:"head head" "main toc" "near near" "foot foot"}nav.neighbors{grid-area:near}
header{grid-area:head;padding:3.2rem 0 1.2rem}
header p{margin:.2rem 0 0;color:var(--quiet);font-size:.9rem}
main{grid-area:main;min-width:0}main.wide{grid-column:1/-1}
footer{grid-area:foot;margin-top:4rem;padding:1.6rem 0 3rem;border-top:1px solid var(--rule);font-size:.88rem}
h1,h2,h3,h4{line-height:1.25;font-weight:650;letter-spacing:-.012em;text-wrap:balance;margin:2.6em 0 .6em}
h1{font-size:2.1rem;margin:0}
h2{font-size:1.4rem}h3{font-size:1.12rem;margin-top:2em}h4{font-size:1rem}
main>section:first-child>:first-child{margin-top:0}
p,ul,ol,blockquote{margin:0 0 1em}
blockquote{margin-left:0;padding-left:1.1rem;border-left:3px solid var(--rule);color:var(--quiet)}
code,pre{font-family:ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
pre{margin:0;overflow-x:auto;line-height:1.5;tab-size:2}
:not(pre)>code{background:var(--ground);padding:.1em .3em;border-radius:3px;overflow-wrap:anywhere}
.markdown{margin:.6rem 0 1.2rem}
main img{max-width:100%;height:auto}:is(section.text,.markdown) [style]{max-width:100%!important}:is(section.text,.markdown) [style*=white-space]{overflow-x:auto}
hr{border:0;border-top:1px solid var(--rule);margin:2.5em 0}
nav.contents{grid-area:toc;position:relative;z-index:1;background:var(--paper);font-size:.86rem;line-height:1.45}
nav.contents>details{position:sticky;top:1.5rem;max-height:calc(100vh - 3rem);overflow-y:auto;padding-bottom:1rem}
nav.contents summary{color:var(--quiet);cursor:pointer;margin-bottom:.7rem;font-weight:600}
nav.contents ul{list-style:none;padding:0;margin:0}
nav.contents li{margin:.32rem 0}
nav.contents li.l3{padding-left:.9rem}nav.contents li.thing{padding-left:.9rem;color:var(--quiet)}
nav.contents a{color:inherit;text-decoration:none}nav.contents a:hover{text-decoration:underline}
.status{font-weight:600}.status.ok{color:var(--good)}.status.bad{color:var(--bad)}.status.old{color:var(--warn)}
section.text pre{background:var(--ground);padding:.8rem 1rem;border-radius:4px;margin:0 0 1.2em}section.text table{margin:0 0 1.4em}
section.cell{margin:0 0 1.6rem}section.cell,section.text,.markdown{overflow-y:clip}:is(section.cell,section.text) :is(summary,pre,button,.scroll):focus-visible{outline-offset:-2px}
details.code{border-left:2px solid var(--rule);margin:1.2rem 0 1rem}
details.code>summary{cursor:pointer;list-style:none;display:flex;gap:1rem;justify-content:space-between;align-items:baseline;padding:.12rem 0 .12rem .9rem;color:var(--quiet);font-size:.88rem}
details.code>summary::-webkit-details-marker{display:none}
details.code>summary>span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
details.code>summary>span::before{content:"";display:inline-block;border:.28em solid transparent;border-left:.42em solid currentColor;border-right:0;margin-right:.55em;transition:transform .12s}
details.code[open]>summary>span::before{transform:rotate(90deg)}
details.code>summary:hover{color:var(--text)}
details.code>summary>small{white-space:nowrap;font-variant-numeric:tabular-nums}
details.code>pre{background:var(--ground);padding:.8rem 1rem;margin-top:.35rem;border-radius:0 4px 4px 0}
.all-code,.theme,.downloads button{font:inherit;color:var(--accent);background:none;border:0;padding:0;cursor:pointer;text-decoration:underline;text-underline-offset:.18em}
pre.stream{margin:.6rem 0;padding:.1rem 0 .1rem 1rem;color:var(--text);max-height:28rem;overflow:auto}
pre.stderr{border-left:2px solid var(--bad);white-space:pre-wrap;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
section.table{margin:1.6rem 0 2rem}
table{border-collapse:collapse;font-size:.94rem;line-height:1.4;min-width:50%}
caption,figcaption{text-align:left;color:var(--text);font-size:.92rem;line-height:1.45;padding:0 0 .7rem;max-width:46rem}
caption>span{display:block;position:sticky;left:0;max-width:min(46rem,calc(100vw - 2.2rem))}
figcaption{padding:.5rem 0 0}
.number{font-weight:650;color:inherit;text-decoration:none;margin-right:.35em}.number:hover{text-decoration:underline}
thead tr{border-top:1.5px solid var(--text);border-bottom:1px solid var(--quiet)}
tbody tr{border-bottom:1px solid var(--rule)}tbody tr:last-child{border-bottom:1.5px solid var(--text)}
tbody tr:hover{background:var(--ground)}
th,td{padding:.42rem 1.1rem .42rem .3rem;vertical-align:baseline}
th:not(:first-child),td:not(:first-child){padding-left:1.1rem}th:last-child,td:last-child{padding-right:.3rem}
th{font-weight:600;text-align:left}th small{font-weight:400;color:var(--quiet);white-space:nowrap}
td[title="not known"]{color:var(--quiet)}
th button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;text-align:inherit;position:relative}
th button::after{content:"";position:absolute;right:-.85em;top:.5em;border:.28em solid transparent;opacity:0}
th:last-child button::after{right:0;top:auto;bottom:-.5em}
th button:hover::after,th[aria-sort] button::after{border-bottom-color:currentColor;border-top:0;opacity:.45}
th[aria-sort] button::after{opacity:1}th[aria-sort=descending] button::after{border:.26em solid transparent;border-top-color:currentColor;border-bottom:0;opacity:1}
figure{margin:1.6rem 0 2rem}figure img,figure svg{display:block;max-width:100%;height:auto}.drawing{contain:paint}
.downloads{font-size:.8rem;color:var(--quiet);margin:.5rem 0 0}.downloads a,.downloads button{color:inherit;margin-left:.5em}.downloads .explore{float:right;color:var(--accent)}
.tip{position:fixed;z-index:2;pointer-events:none;background:var(--paper);border:1px solid var(--rule);border-radius:4px;box-shadow:0 2px 8px rgb(0 0 0/.12);padding:.35rem .6rem;font-size:.8rem;line-height:1.4;font-variant-numeric:tabular-nums}.tip p{margin:0}.tip span{color:var(--quiet);margin-right:.6em}
td[style*="right"],.num,.nowrap,.word{white-space:nowrap}td.num,th.num{text-align:right;font-variant-numeric:tabular-nums}td strong{font-weight:700}
table:has(th:nth-child(7)){font-size:.84rem}table:has(th:nth-child(7)) :is(th,td){padding-left:.4rem;padding-right:.35rem}td:first-child>code{white-space:nowrap}.quiet{color:var(--quiet);font-size:.9rem}
section.verdicts{margin:0 0 2rem}section.verdicts table{margin:0 0 .6rem}
table.claims tr.claim td{padding-top:.8rem;border-bottom:0}table.board small,table.claims small{color:var(--quiet)}table.board td{vertical-align:top}table.board :is(th,td):is(:first-child,:last-child){min-width:12rem}table.board td:nth-child(2){min-width:14.6rem}table.board td:nth-child(3){min-width:9.5rem}table.board td:nth-child(6) small{display:block;max-width:9rem}table.board tr:not(.first) td{border-top:0}
.verdict{display:inline-block;padding:0 .5em;border-radius:3px;border:1px solid currentColor;margin-right:.4em;white-space:nowrap}.verdict.ok{color:var(--good)}.verdict.bad{color:var(--bad)}.verdict.open{color:var(--accent)}.verdict.old{color:var(--quiet)}
svg.effect{display:block;max-width:100%}svg.effect .zero{stroke:var(--quiet);stroke-dasharray:2 2}svg.effect .interval{stroke:var(--accent);stroke-width:2.5}svg.effect .mean{fill:var(--accent)}svg.effect .paper{fill:none;stroke:var(--text);stroke-width:1.4}
nav.neighbors{grid-column:1/-1;display:flex;justify-content:space-between;gap:1.5rem;margin-top:3rem}nav.neighbors>*{min-width:0}nav.neighbors:empty{display:none}
.error{border-left:3px solid var(--bad);background:var(--bad-ground);padding:.8rem 1rem;margin:1rem 0;overflow-wrap:anywhere}
.error p{margin:0}.error strong{color:var(--bad)}.error pre{margin-top:.6rem;white-space:pre-wrap}
.banner{border:1px solid var(--bad);background:var(--bad-ground);padding:1rem 1.2rem;margin:0 0 2.2rem;border-radius:4px;overflow-wrap:anywhere}
.banner>p{margin:0}.banner .error{border:0;padding:.4rem 0 0;background:none;margin:0}.banner details.code{margin:.7rem 0 0}
.kept{border:1px solid var(--warn);background:var(--warn-ground);padding:.9rem 1.2rem;margin:0 0 2.2rem;border-radius:4px}.kept p{margin:0}.kept strong{color:var(--warn)}
.not-run{color:var(--quiet)}.not-run>p.tag{font-size:.8rem;font-weight:600;margin:0}
.not-run details.code{border-left-style:dashed}
del,ins{text-decoration:none}del{color:var(--quiet)}del::after{content:" → "}.counts ins,.counts small{color:var(--bad);font-weight:600}.free ins{color:var(--warn)}.sides{display:grid;grid-template-columns:1fr 1fr;gap:1.5rem}.sides>*{min-width:0}
.left-out{color:var(--quiet);font-style:italic}
iframe{width:100%;height:14rem;border:1px solid var(--rule);background:#fff;resize:vertical;overflow:auto}
.formula{display:block;overflow-x:auto;margin:1.1em 0;text-align:center}.formula.inline{display:inline-block;max-width:100%;overflow:auto hidden;vertical-align:bottom;margin:0}
math{font-size:1.05em}
dl.provenance{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:.7rem 2rem;margin:.8rem 0 0}
dl.provenance dt{color:var(--quiet)}dl.provenance dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.settings,div.unknown{grid-column:1/-1}.settings summary{cursor:pointer}.settings pre{background:var(--ground);padding:.8rem 1rem;border-radius:4px;margin-top:.4rem;max-height:30rem;overflow:auto}
.unknown{color:var(--quiet);font-style:italic}
footer h2{font-size:1rem;margin:0}
.hljs-keyword,.hljs-built_in,.hljs-literal{color:var(--keyword)}.hljs-string,.hljs-regexp{color:var(--string)}.hljs-number{color:var(--number)}.hljs-title,.hljs-attr{color:var(--title)}.hljs-comment{color:var(--quiet);font-style:italic}
@media (max-width:62rem){.layout{grid-template-columns:minmax(0,1fr);grid-template-areas:"head" "toc" "main" "near" "foot";max-width:51rem}nav.contents{margin-bottom:2rem}nav.contents>details{position:static;max-height:none;padding:0}}
@media (max-width:40rem){.sides{grid-template-columns:minmax(0,1fr)}body{font-size:1rem}.layout{padding:0 1.05rem}header{padding-top:1.8rem}h1{font-size:1.6rem}h2{font-size:1.25rem}figure .scroll img,figure .scroll svg{max-width:max(100%,30rem)}table{font-size:.88rem}th,td{padding-right:.6rem}th:not(:first-child),td:not(:first-child){padding-left:.6rem}pre.stream{padding-left:.6rem}.nowrap{white-space:normal}table.board,table.board tbody,table.board tr,table.board td,table.claims,table.claims tbody,table.claims tr,table.claims td{display:block;padding:.1rem 0;border:0;text-align:left}table.board :is(th,td):is(:first-child,:last-child,:nth-child(2),:nth-child(3)){min-width:0}table.board td:nth-child(6) small{max-width:none}table.board thead,table.claims thead{display:none}table.board caption{display:block}th.num{white-space:normal}table.board tr.first,table.claims tr.claim{border-top:1px solid var(--rule);padding-top:.6rem;margin-top:.6rem}table.board td[data-name]:not(:empty)::before{content:attr(data-name) ": ";color:var(--quiet)}table.reports :is(th,td):is(:nth-child(2),:nth-child(4),:nth-child(6),:nth-child(7),:nth-child(8)){display:none}}
@media print{:root{--paper:#fff;--ground:#f7f8f9;--text:#000;--quiet:#444;--rule:#ccc;--accent:#000}body{font-size:10.5pt}.layout{display:block;max-width:none;padding:0}header{padding-top:0}nav.contents,nav.neighbors,.skip,.downloads,.all-code,.theme,.tip{display:none}figure,section.table,tr,.banner{break-inside:avoid}h2,h3{break-after:avoid}.scroll{overflow:visible}pre{white-space:pre-wrap}pre.stream{max-height:none}}
`.trim();
