import Analysis

/// The lists of counts.
extension HTMLReport {
    var counts: Markup {
        section("Counted") {
            Markup.element("div", ["class": "lists"]) {
                if !summary.failuresByKind.isEmpty {
                    list(
                        "Failures by kind",
                        summary.failuresByKind.map { ($0.kind.words, Quantity.count($0.count), "") })
                }
                if let better = summary.betterThanRecorded, better > 0 {
                    list("Better than recorded", betterRows(total: better))
                }
                list("Sessions", summary.sessions.rows)
                list("Connections", summary.connections.rows)
                list("Tokens", summary.tokens.rows + summary.mintingRows.map { (name: $0.0, value: $0.1, note: $0.2) })
                if let prelude = summary.prelude { list("Prelude, not in other figures", prelude.rows) }
                if let renewals = summary.renewals { list("Renewals, not in other figures", renewals.rows) }
                if !summary.heldShares.isEmpty {
                    list(
                        "Held before sending, mean per request",
                        summary.heldShares.map { ("for \($0.cause)", $0.time, "") })
                }
                list("Generator", summary.generator.rows)
            }
        }
    }

    private func list(_ title: String, _ rows: [CountRow]) -> Markup {
        .element("div", ["class": "panel"]) {
            table(
                head: [title, ""],
                rows: rows.map { Row(label: $0.name, note: $0.note, figures: [$0.value]) }, folds: false)
        }
    }

    private func betterRows(total: Int) -> [CountRow] {
        summary.endpoints.filter { $0.betterThanRecorded ?? 0 > 0 }.map {
            ($0.endpoint, Quantity.count($0.betterThanRecorded ?? 0), "")
        } + [("in all", Quantity.count(total), "successes where the recording has an error; not failures")]
    }
}

/// A row of a list of counts.
private typealias CountRow = (name: String, value: String, note: String)

extension SessionCounts {
    fileprivate var rows: [CountRow] {
        [
            ("planned", Quantity.count(planned), ""),
            ("started", Quantity.count(started), ""),
            ("completed", Quantity.count(completed), "all their requests were answered"),
            ("cut off", Quantity.count(cut), "before their end"),
            ("most at once", Quantity.count(peakConcurrent), ""),
        ]
    }
}

extension ConnectionCounts {
    fileprivate var rows: [CountRow] {
        [("opened", Quantity.count(opened), ""), ("most at once", Quantity.count(peakOpen), "")]
    }
}

extension TokenCounts {
    fileprivate var rows: [CountRow] {
        [
            ("values bound", Quantity.count(bound), "taken from live responses and put into requests"),
            ("minted", Quantity.count(minted), "signed or fetched"),
            ("refreshed", Quantity.count(refreshed), "renewed before they expired"),
            ("rejected", Quantity.count(rejected), "answered 401 or 403 by the target"),
        ] + (failed ?? 0 > 0 ? [("not made", Quantity.count(failed ?? 0), "by the key or the command")] : [])
    }
}

extension PreludeCounts {
    fileprivate var rows: [CountRow] {
        [
            (
                "requests", Quantity.count(requests),
                "left out by the filters, but needed by other requests; sent first"
            ),
            ("failed", Quantity.count(failures), ""),
            ("service time p95", Quantity.milliseconds.text(serviceTimeMs.p95), ""),
        ]
    }
}

extension RenewalCounts {
    fileprivate var rows: [CountRow] {
        [
            ("requests", Quantity.count(requests), "sent in addition, for fresh tokens"),
            ("failed", Quantity.count(failures), ""),
            ("logins", Quantity.count(logins), "replayed successfully"),
            ("sent again", Quantity.count(resent), "after a 401"),
            ("service time p95", Quantity.milliseconds.text(serviceTimeMs.p95), ""),
        ]
    }
}

extension GeneratorSummary {
    fileprivate var rows: [CountRow] {
        [
            ("processors", Quantity.percent(cpuRatio), "of what it may use"),
            ("memory", peakRSSBytes == 0 ? "–" : Quantity.bytes.text(Double(peakRSSBytes)), "at most"),
            ("too slow for the plan", saturated ? "yes" : "no", ""),
        ]
    }
}
