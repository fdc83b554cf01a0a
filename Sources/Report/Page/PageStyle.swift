/// The page's style sheet: light, dark and print; from 375 CSS pixels up.
enum PageStyle {
    static let sheet: StaticString = """
        :root{color-scheme:light dark;--page:#f5f6f8;--panel:#fff;--ink:#16191d;--soft:#555e69;--edge:#dce1e7;
        --grid:#e9ecf0;--p50:#3571c4;--p95:#1a4f9f;--p99:#0a1f4d;--bar:#5a8fd8;--rate:#1f5fc0;--sessions:#5b45b0;
        --memory:#0b7285;--cpu:#8a5a00;--files:#555e69;--good:#0f6b39;--good-back:#e2f4e8;--bad:#b3201f;--bad-back:#fdeaea;
        --unsure:#7a5200;--unsure-back:#fcf2da;--none:#4b535d;--none-back:#e9ecf0}
        @media screen and (prefers-color-scheme:dark){:root{--page:#0f1216;--panel:#171b20;--ink:#e9ebee;--soft:#a4adb9;
        --edge:#2b323b;--grid:#262c34;--p50:#5b8dd8;--p95:#86b4f7;--p99:#dbe8ff;--bar:#5f94e0;--rate:#86b4f7;
        --sessions:#b3a2f5;--memory:#5cc8d8;--cpu:#e2b253;--files:#a4adb9;--good:#6fd69a;--good-back:#12311f;--bad:#ff9a94;
        --bad-back:#3d1818;--unsure:#eec069;--unsure-back:#352a10;--none:#b4bcc7;--none-back:#262c34}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,
        "Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
        main{max-width:1120px;margin:0 auto;padding:32px 24px 48px}
        h1{font-size:28px;line-height:1.2;margin:0;letter-spacing:-.01em}
        h2{font-size:18px;line-height:1.3;margin:40px 0 12px}
        h3{font-size:15px;line-height:1.3;margin:0}
        p{margin:0}
        .panel{background:var(--panel);border:1px solid var(--edge);border-radius:10px;padding:20px}
        .after{margin-top:16px}
        .soft{color:var(--soft)}
        header{display:grid;gap:20px}
        .kicker{color:var(--soft);font-size:13px;margin-bottom:4px}
        .verdict{display:flex;align-items:center;gap:16px;border-radius:10px;padding:16px 20px;border:1px solid}
        .verdict p{font-size:17px;line-height:1.4}
        .verdict .sub{font-size:14px;color:var(--soft)}
        .badge{font-weight:700;font-size:20px;line-height:1;white-space:nowrap;padding:10px 14px;border-radius:7px;
        color:#fff;background:var(--none)}
        .good{color:var(--good)}.bad{color:var(--bad)}.unsure{color:var(--unsure)}
        .verdict{color:var(--ink)}
        .verdict.good{background:var(--good-back);border-color:var(--good)}
        .verdict.bad{background:var(--bad-back);border-color:var(--bad)}
        .verdict.none{background:var(--none-back);border-color:var(--edge)}
        .verdict.good .badge{background:var(--good)}.verdict.bad .badge{background:var(--bad)}
        @media screen and (prefers-color-scheme:dark){.badge{color:#0f1216}}
        .facts{display:flex;flex-wrap:wrap;gap:8px 28px;margin:0;padding:0;list-style:none}
        .facts li{min-width:0}
        .facts small{display:block;color:var(--soft);font-size:12px;line-height:1.4}
        ul.plain,ol.plain{list-style:none;margin:0}
        .gates li,.findings li{display:grid;grid-template-columns:24px minmax(0,1fr);gap:0 4px;padding:10px 0;
        border-top:1px solid var(--edge)}
        .gates li:first-child,.findings li:first-child{border-top:0;padding-top:0}
        .gates li:last-child,.findings li:last-child{padding-bottom:0}
        .gates .line{display:grid;grid-template-columns:minmax(0,2fr) 150px minmax(0,5fr);gap:0 16px;align-items:baseline}
        summary{cursor:pointer;font-weight:600}
        details[open] summary{margin-bottom:12px}
        .sign{font-weight:700}
        code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
        .word{font-weight:600}
        .cards{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:12px;margin-top:20px}
        .card{background:var(--panel);border:1px solid var(--edge);border-radius:10px;padding:14px 16px}
        .card .label{color:var(--soft);font-size:13px}
        .card .value{font-size:24px;line-height:1.3;font-weight:600;letter-spacing:-.01em;white-space:nowrap}
        .card .sub{color:var(--soft);font-size:13px;line-height:1.4}
        .cautions{background:var(--unsure-back);border:1px solid var(--unsure);border-radius:10px;padding:14px 20px;
        margin-top:20px}
        .cautions h2{margin:0 0 4px;font-size:15px}
        .cautions ul{margin:0;padding-left:20px}
        .charts{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:16px}
        .chart{margin:0;background:var(--panel);border:1px solid var(--edge);border-radius:10px;padding:16px 20px 12px;
        min-width:0;display:flex;flex-direction:column}
        .chart .plot{margin-top:auto}
        .chart.wide{grid-column:1/-1}
        .chart figcaption{margin-bottom:14px}
        .chart figcaption p{color:var(--soft);font-size:13px;line-height:1.45;margin-top:2px}
        .chart figcaption .finding{color:var(--ink)}
        .plot{position:relative;padding:4px 16px 26px 58px;touch-action:pan-y}
        .plot.named{padding-right:40px}
        .plot svg{display:block;overflow:visible}
        .axes line{stroke:var(--grid);stroke-width:1;shape-rendering:crispEdges}
        .axes line.x{stroke-opacity:.7}
        .axes text{fill:var(--soft);font-size:12px}
        .axes text.y{text-anchor:end}
        .axes text.x{text-anchor:middle}
        .line,.trend{fill:none;stroke:var(--c);stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round;
        vector-effect:non-scaling-stroke}
        .area{fill:var(--c);fill-opacity:.13;stroke:none}
        .band{fill:var(--c);fill-opacity:.22;stroke:none}
        .dots{stroke-width:5}
        .needles{stroke-linecap:butt;stroke-width:2}
        .trend{stroke:var(--bad);stroke-dasharray:6 5;stroke-width:2}
        .wedge{fill:var(--bad);fill-opacity:.12;stroke:none}
        .trend.calm{stroke:var(--soft)}.wedge.calm{fill:var(--soft)}
        .bar{fill:var(--bar)}
        .bar:hover{fill:var(--rate)}
        line.mark{stroke:var(--ink);stroke-width:1;stroke-dasharray:3 3}
        text.mark{fill:var(--ink);font-size:12px;font-weight:600;paint-order:stroke;stroke:var(--panel);stroke-width:4px}
        text.mark.end{text-anchor:end}
        text.name{fill:var(--c);font-size:12px;font-weight:600}
        .s-p50{--c:var(--p50)}.s-p95{--c:var(--p95)}.s-p99{--c:var(--p99)}.s-rate{--c:var(--rate)}.s-bad{--c:var(--bad)}
        .s-sessions{--c:var(--sessions)}.s-memory{--c:var(--memory)}.s-cpu{--c:var(--cpu)}.s-files{--c:var(--files)}
        .s-p50 .line:not(.dots){stroke-width:1.25}
        .plot.banded{padding-top:22px}.plot.marked{padding-top:38px}
        .plot.banded .cursor{top:22px}.plot.marked .cursor{top:38px}
        .plot.zoomed .box{overflow:hidden}
        rect.phase{fill:var(--soft);fill-opacity:.04}
        rect.phase.odd{fill-opacity:.1}
        rect.phase.ramp{fill-opacity:.17}
        rect.fault{fill:var(--bad);fill-opacity:.12}
        path.fault{stroke:var(--bad);stroke-width:1.5;vector-effect:non-scaling-stroke}
        path.limit{stroke:var(--unsure);stroke-width:1.5;stroke-dasharray:2 4;vector-effect:non-scaling-stroke}
        text.over{font-size:11px;fill:var(--soft)}
        text.over.fault{fill:var(--bad);font-weight:600}
        text.over.limit{fill:var(--unsure);font-weight:600;text-anchor:end;paint-order:stroke;stroke:var(--panel);
        stroke-width:4px}
        .heat{fill:var(--p95)}
        .h0{fill-opacity:.1}.h1{fill-opacity:.24}.h2{fill-opacity:.44}.h3{fill-opacity:.7}.h4{fill-opacity:1}
        .zoom{grid-column:1/-1;display:flex;flex-wrap:wrap;gap:6px;justify-content:flex-end}
        .zoom button{font:inherit;font-size:13px;padding:3px 10px;border:1px solid var(--edge);border-radius:7px;
        background:var(--panel);color:var(--ink);cursor:pointer}
        .zoom button:disabled{color:var(--soft);cursor:default;border-style:dashed}
        a{color:var(--rate)}
        a:focus-visible,button:focus-visible,summary:focus-visible{outline:2px solid var(--rate);outline-offset:2px}
        .plot>.mark{position:absolute;top:4px;bottom:26px;background:var(--rate);opacity:.18;pointer-events:none}
        .empty{color:var(--soft);padding:24px 0;text-align:center}
        .cursor{position:absolute;top:4px;bottom:26px;width:1px;background:var(--soft);pointer-events:none}
        .read{position:absolute;top:0;z-index:1;pointer-events:none;background:var(--panel);color:var(--ink);
        border:1px solid var(--edge);border-radius:7px;padding:6px 10px;font-size:12px;line-height:1.5;white-space:nowrap;
        box-shadow:0 4px 14px rgba(0,0,0,.16)}
        .read b{display:block}
        table{border-collapse:collapse;width:100%;font-size:14px}
        th{font-weight:600;text-align:left;vertical-align:baseline}
        thead th{color:var(--soft);font-size:12px;font-weight:500;vertical-align:bottom;padding:0 0 6px 14px;
        white-space:nowrap}
        td{padding:7px 0 7px 14px;vertical-align:baseline}
        tbody th{padding:7px 0;font-weight:500}
        thead th:first-child{padding-left:0}
        tbody tr{border-top:1px solid var(--edge)}
        td.n,th.n{text-align:right;white-space:nowrap}
        tbody th small{display:block;font-weight:400;color:var(--soft);font-size:13px;line-height:1.4}
        .lists{columns:3 300px;column-gap:16px}
        .lists .panel{break-inside:avoid;margin-bottom:16px;padding-bottom:13px}
        .lists thead th:first-child{white-space:normal}
        .lists thead th+th{padding:0}
        .share{display:block;height:3px;border-radius:2px;background:var(--bar);margin-top:4px;min-width:2px}
        .facts.rows{display:block}
        .facts.rows li{padding:6px 0;border-top:1px solid var(--edge)}
        .facts.rows li:first-child{border-top:0}
        .panel p+table,.panel p+p{margin-top:8px}
        path.span{stroke:none}
        .k-ok{fill:var(--p50)}.k-client{fill:var(--unsure)}.k-server{fill:var(--bad)}.k-none{fill:var(--soft)}
        .exchanges{padding:8px 14px}
        .exchanges details{border-top:1px solid var(--edge);padding:3px 0}
        .exchanges details:first-of-type{border-top:0}
        .exchanges summary,.exchanges .heads{display:grid;font-weight:400;font-size:13px;gap:0 10px;align-items:baseline;
        grid-template-columns:48px 92px 50px 58px 58px 68px 76px minmax(0,1fr)}
        .exchanges .n{text-align:right}
        .exchanges summary span,.exchanges .heads span{white-space:nowrap}
        .exchanges .heads{color:var(--soft);font-size:12px;padding:0 0 4px;border-bottom:1px solid var(--edge)}
        .exchanges details[open] summary{margin-bottom:6px}
        pre{font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;margin:0 0 8px;
        padding:10px 12px;background:var(--page);border-radius:7px;overflow:auto;max-height:480px;white-space:pre-wrap}
        .search{display:block;margin-top:12px}
        .search input{font:inherit;padding:4px 10px;border:1px solid var(--soft);border-radius:7px;background:var(--panel);
        color:var(--ink);max-width:100%}
        h3.part{font-size:16px;margin:28px 0 10px}
        h4{font-size:15px;line-height:1.3;margin:0}
        .notes{color:var(--soft);font-size:13px;line-height:1.55}
        .notes li{margin:4px 0}
        .notes ul{margin:10px 0 0;padding-left:18px}
        footer{color:var(--soft);font-size:12px;margin-top:32px}
        @media (max-width:640px){
        main{padding:20px 14px 32px}
        h1{font-size:23px}
        h2{margin-top:32px}
        .panel{padding:14px}
        .verdict{padding:14px;gap:12px;align-items:flex-start;flex-direction:column}
        .exchanges summary,.exchanges .heads{grid-template-columns:36px 88px minmax(0,1fr) 62px 62px;gap:0 6px}
        .exchanges .heads span:nth-child(3),.exchanges .heads span:nth-child(7),
        .exchanges .heads span:nth-child(8){display:none}
        .exchanges summary code{grid-area:2/1/3/4}
        .exchanges summary span:nth-child(3){grid-area:2/4;color:var(--soft)}
        .exchanges summary span:nth-child(3)::before{content:"sess. "}
        .exchanges summary span:nth-child(7){grid-area:2/5;color:var(--soft)}
        .verdict p{font-size:16px}
        .badge{font-size:16px;padding:8px 10px}
        .charts{grid-template-columns:minmax(0,1fr)}
        .cards{grid-template-columns:repeat(2,minmax(0,1fr));gap:8px}
        .card{padding:10px 12px}
        .card .value{font-size:20px}
        .chart{padding:14px 10px 8px 12px}
        .plot{padding-left:50px}
        .minor{display:none}
        .axes text{font-size:11px}
        .gates .line{grid-template-columns:minmax(0,1fr) auto;gap:0 12px}
        .gates .line span:last-child{grid-column:1/-1}
        }
        @media screen and (max-width:920px){
        .fold thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        .fold,.fold tbody{display:block}
        .fold tr{display:grid;grid-template-columns:repeat(auto-fill,minmax(72px,1fr));gap:2px 8px;padding:10px 0}
        .fold tr:first-child{border-top:0;padding-top:0}
        .fold tbody th{grid-column:1/-1;padding:0 0 2px}
        .fold td{padding:0;text-align:left;font-size:13px;white-space:normal}
        .fold td.wide{grid-column:span 2}.fold td.full{grid-column:1/-1}
        .fold td:empty{display:none}
        .fold td::before{font-weight:400;content:attr(data-label);display:block;color:var(--soft);font-size:11px;line-height:1.3}
        }
        @media print{
        @page{margin:14mm}
        :root{--page:#fff;--grid:#d3d9e0}
        .line{stroke-width:1.2}.panel{box-decoration-break:clone;-webkit-box-decoration-break:clone;padding:12px 14px}
        code{font-size:10px}thead th{font-size:9.5px}td,tbody th{padding-top:4px;padding-bottom:4px}
        body{font-size:11px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
        main{max-width:none;padding:0}
        h1{font-size:20px}h2{font-size:14px;margin:22px 0 8px;break-after:avoid}h3,h4{font-size:12px}
        h3.part{font-size:12.5px;margin:14px 0 6px;break-after:avoid}
        table{font-size:10.5px}
        thead th.n,td.wide,td.full{white-space:normal;overflow-wrap:normal}
        .exchanges summary,.exchanges .heads{font-size:10px}
        tbody th{min-width:9em;overflow-wrap:break-word}
        .chart,.card,.verdict,.cautions,tr,li{break-inside:avoid}
        .chart{padding:10px 12px 6px}
        .cards{grid-template-columns:repeat(4,minmax(0,1fr));gap:8px}
        .card{padding:8px 10px}
        .card .value{font-size:16px}
        .card .label,.card .sub,.chart figcaption p,.notes,tbody th small{font-size:10px}
        .axes text,text.name,text.mark,text.over{font-size:9px}
        .verdict p{font-size:13px}.badge{font-size:14px}.verdict .sub{font-size:11px}.cautions h2{font-size:12px}
        .read,.cursor,.zoom{display:none}
        details:not([open])::details-content{content-visibility:visible;block-size:auto}
        .exchanges details:not([open])::details-content{content-visibility:hidden;block-size:0}
        .search{display:none}
        pre{max-height:none;overflow:visible}
        }
        """
}
