import Analysis
import Formats
import Measurement
import Scenario

/// Which requests and which times a criterion covers.
extension CriterionJudge {

    func scope(_ scope: Criterion.Scope, _ phase: Phase?) -> RequestScope {
        let held = stretches.indices.filter { index in
            guard !stretches[index].isRamp else { return false }
            if let phase { return stretches[index].phase == phase.name }
            return scenario.phases.first { $0.name == stretches[index].phase }?.isJudged ?? true
        }
        switch scope {
        case .run, .each: return request(held)
        case .during(let name):
            let names = phaseNames(name)
            return request(
                stretches.indices.filter {
                    isFault(name) ? stretches[$0].during.contains(name) : names.contains(stretches[$0].phase)
                })
        case .after(let name):
            // For repeated phases, such as spikes, the times between them count too.
            let names = phaseNames(name)
            let first = stretches.firstIndex { names.contains($0.phase) } ?? stretches.endIndex
            return request(
                stretches.indices.filter {
                    isFault(name)
                        ? stretches[$0].after.contains(name) : $0 > first && !names.contains(stretches[$0].phase)
                })
        case .named(let name) where name.contains(" "):
            var request = request(held)
            request.endpoint = record.description.endpoints.firstIndex(of: name)
            request.subject = "(\(name))"
            request.isUnknown =
                request.endpoint.map { record.description.label(ofEndpoint: $0) != name } ?? true
            return request
        case .named(let name):
            let names = phaseNames(name)
            if !names.isEmpty {
                var request = request(
                    stretches.indices.filter { !stretches[$0].isRamp && names.contains(stretches[$0].phase) })
                request.subject = "(\(name))"
                return request
            }
            var request = request(held)
            let own = Set(file.shares(of: name).map(\.traffic))
            request.parts = Set(parts.indices.filter { own.contains(parts[$0]) })
            request.subject = "(\(name))"
            return request
        }
    }

    func isFault(_ name: String) -> Bool { scenario.faults.contains { $0.name == name } }

    /// The phases with a name, or in the group of that name.
    private func phaseNames(_ name: String) -> Set<String> {
        Set(scenario.phases.filter { $0.name == name || $0.group == name }.map(\.name))
    }

    private func request(_ places: [Int]) -> RequestScope {
        RequestScope(
            stretches: Set(places),
            spans: places.reduce(into: []) { spans, place in
                let stretch = stretches[place]
                // Phases that follow one another directly have different levels.
                let isSamePhase = place > 0 && stretches[place - 1].phase == stretch.phase
                if let last = spans.last, last.upperBound == stretch.beginNs, isSamePhase {
                    spans[spans.count - 1] = last.lowerBound..<stretch.endNs
                } else {
                    spans.append(stretch.beginNs..<stretch.endNs)
                }
            })
    }
}

/// Which requests of a run a criterion covers.
struct RequestScope {
    var stretches: Set<Int>
    /// The stretches' times; adjacent stretches of one phase are joined.
    var spans: [Range<Int64>]
    /// nil for all.
    var parts: Set<Int>?
    /// nil for all.
    var endpoint: Int?
    /// After a figure's name: `(GET /items)`; empty for everything.
    var subject = ""
    /// Whether it names an endpoint that the run does not have.
    var isUnknown = false

    func figures(_ record: RunRecord) -> StretchTable.Figures {
        record.stretches.figures { key in
            stretches.contains(key.stretch) && parts?.contains(key.part) ?? true
                && endpoint.map { $0 == key.endpoint } ?? true
        }
    }

    /// The total length of the spans, up to the end of the run.
    func seconds(until end: Int64) -> Double {
        spans.reduce(0) { $0 + Nanoseconds.inSeconds(max(0, min($1.upperBound, end) - $1.lowerBound)) }
    }
}
