extension LivePage {
    /// The style sheet of the page, served as `/live.css`: the report's, plus the live page's own rules.
    public static let styleSheet: String = PageStyle.sheet.description + own

    private static let own = """

        .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        .skip{position:absolute;left:-999px;top:0;background:var(--panel);color:var(--ink);padding:8px 12px;z-index:2}
        .skip:focus{left:8px;top:8px}
        .bar-top{display:flex;justify-content:space-between;align-items:center;gap:12px;margin-top:16px;font-size:13px}
        .cards.live .card{min-width:0}
        .cards.live .value{white-space:normal}
        .controls{display:flex;flex-wrap:wrap;gap:10px;margin-top:16px}
        .controls:empty,#levels:empty,#gates:empty,#soak:empty{display:none}
        .controls form{margin:0}
        button{font:inherit;color:var(--ink);background:var(--panel);border:1px solid var(--edge);border-radius:7px;
        padding:6px 14px;cursor:pointer}
        button:hover{border-color:var(--soft)}
        button:focus-visible,figure:focus-visible,a:focus-visible{outline:2px solid var(--rate);outline-offset:2px}
        button.sort{background:none;border:0;padding:0;color:inherit;font-size:inherit;font-weight:inherit;border-radius:3px}
        button.sort:hover{text-decoration:underline}
        th[aria-sort=ascending] .sort::after{content:" ▲"}th[aria-sort=descending] .sort::after{content:" ▼"}
        .slot,.slot .chart{height:100%}
        .slot.wide{grid-column:1/-1}
        .charts.more{margin-top:16px}
        .charts.more:empty{display:none}
        .keys{font-size:13px;margin:-6px 0 12px}
        td.none{text-align:center;color:var(--soft)}
        @media (max-width:640px){button{padding:9px 16px}}
        @media screen and (max-width:920px){.fold td.none{grid-column:1/-1}
        .fold thead:has(.sort){position:static;width:auto;height:auto;clip-path:none;display:block}
        .fold thead:has(.sort)::before{content:"Sort by";display:block;font-size:11px;color:var(--soft)}
        .fold thead:has(.sort) tr{display:flex;flex-wrap:wrap;gap:6px 14px;padding:0 0 8px}
        .fold thead:has(.sort) th{padding:0}}
        @media print{.controls,.bar-top,.keys,.skip{display:none}}
        """
}
