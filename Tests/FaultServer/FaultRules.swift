/// What goes wrong with a connection at its first request.
enum Fault: String, CaseIterable {
    /// Reset instead of an answer.
    case reset
    /// Never answered.
    case hang
    /// Closed without a response.
    case closedEarly
    /// Closed within the response's body.
    case cutShort
    /// Answered by what is no HTTP.
    case broken
    /// Answered byte by byte.
    case slow
}

/// Which connections are hit by what, by their numbers: the same ones each time, and as many as asked for.
struct FaultRules {
    /// The part of connections that a fault hits, 0 to 1; where two would hit, the first does.
    var ratios: [(fault: Fault, ratio: Double)] = []
    /// Each connection is closed after each answer, without a word of it.
    var closesAfterEach = false
    /// Between the bytes of a slow answer.
    var pauseNs: Int64 = 1_000_000

    /// What hits the connection with this number, from 0.
    func fault(ofConnection number: Int) -> Fault? {
        for (index, entry) in ratios.enumerated() {
            // Else every hundredth connection would always be one of each twentieth, too.
            let phase = (Double(index) * 0.37).truncatingRemainder(dividingBy: 1) + 1e-9
            if Int(Double(number + 1) * entry.ratio + phase) > Int(Double(number) * entry.ratio + phase) {
                return entry.fault
            }
        }
        return nil
    }
}

/// What befalls the whole server once, at a time from its first request.
struct ServerEvent {
    enum Kind {
        /// Requests are read, and answered when it is over.
        case stall
        case stallOver
        /// Everything is closed, the port too.
        case down
        case up
    }

    var atNs: Int64
    var kind: Kind
}

/// What the server has done: what a client's own figures are held against.
struct FaultCounts {
    var connections = 0
    var requests = 0
    /// Whole answers sent.
    var answered = 0
    /// Requests that were read, or being answered, when the server went down.
    var dropped = 0
    var byFault: [Fault: Int] = [:]
    /// From the return of the server to its first answer then.
    var recoveryNs: Int64?

    /// One line of JSON.
    var json: String {
        var members = [
            "\"connections\":\(connections)", "\"requests\":\(requests)", "\"answered\":\(answered)",
            "\"dropped\":\(dropped)",
        ]
        members += Fault.allCases.map { "\"\($0.rawValue)\":\(byFault[$0] ?? 0)" }
        members.append("\"recoveryMs\":\(recoveryNs.map { "\(Double($0) / 1e6)" } ?? "null")")
        return "{\(members.joined(separator: ","))}"
    }
}
