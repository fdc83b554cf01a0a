import Formats
import TestSupport

/// Routes of a kind of service, as in its documentation, and paths drawn from them.
struct RouteSet: Sendable {
    var name: String
    /// `GET /users/{user}`: parts in braces are drawn from ``HoleValues``.
    var routes: [String]

    /// A request: the route it belongs to, its method and its target.
    struct Request {
        var route: String
        var method: String
        var target: String
    }

    /// `count` requests that include all routes.
    func requests(_ count: Int, seed: UInt64) -> [Request] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { index in
            let route = index < routes.count ? routes[index] : routes[Int(random.next() % UInt64(routes.count))]
            let parts = route.split(separator: " ").map(String.init)
            let path = parts[1].split(separator: "/", omittingEmptySubsequences: false).map { segment in
                RouteSet.filled(String(segment), &random)
            }
            let query = random.next() % 4 == 0 ? "?page=\(random.next() % 9)" : ""
            return Request(route: route, method: parts[0], target: path.joined(separator: "/") + query)
        }
    }

    /// A segment with its placeholders filled.
    private static func filled(_ segment: String, _ random: inout SplitMix64) -> String {
        var output = ""
        var rest = segment[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            output += rest[..<open] + HoleValues.draw(String(rest[rest.index(after: open)..<close]), &random)
            rest = rest[rest.index(after: close)...]
        }
        return output + rest
    }
}

/// Values of each kind that occur in paths.
enum HoleValues {
    static func draw(_ kind: String, _ random: inout SplitMix64) -> String {
        switch kind {
        case "id": String(1 + random.next() % 100_000)
        case "hex12": text("0123456789abcdef", 12, &random)
        case "hex7": text("0123456789abcdef", 7, &random)
        case "sha": text("0123456789abcdef", 40, &random)
        case "digest": "sha256:" + text("0123456789abcdef", 64, &random)
        case "uuid":
            [8, 4, 4, 4, 12].map { text("0123456789abcdef", $0, &random) }.joined(separator: "-")
        case "cus": "cus_" + text(base62, 14, &random)
        case "order": "ORD-" + digits(6, &random)
        case "base62": text(base62, 11, &random)
        case "date": "20\(10 + random.next() % 16)-\(two(12, &random))-\(two(28, &random))"
        case "year": "20\(10 + random.next() % 16)"
        case "two": two(28, &random)
        case "email": "\(pick(people, &random))\(random.next() % 50)@example.com"
        case "user": pick(people, &random)
        case "org": pick(["acme", "umbrella", "initech", "globex", "hooli", "stark"], &random)
        case "repo":
            pick(["website", "backend", "infra", "mobile-app", "docs-site", "sdk", "design", "api-client"], &random)
        case "branch": pick(["main", "develop", "gh-pages", "release", "hotfix", "next"], &random)
        case "label": pick(["bug", "feature", "question", "wontfix", "duplicate"], &random)
        case "slug":
            (0..<4).map { _ in pick(words, &random) }.joined(separator: "-")
        case "tag": pick(["latest", "stable", "alpine", "1.25", "1.25-alpine", "v2.0.1", "edge", "nightly"], &random)
        case "image": pick(["web", "worker", "gateway", "billing", "search-index"], &random)
        case "team": pick(["library", "platform", "payments", "research"], &random)
        case "ns": pick(["default", "kube-system", "monitoring", "payments", "staging", "ingress"], &random)
        case "workload": pick(["web", "api", "redis", "postgres", "kafka", "cron"], &random)
        case "pod":
            pick(["web", "api", "redis"], &random) + "-" + text("bcdf456789", 9, &random) + "-"
                + text("bcdfghjklm2456789", 5, &random)
        case "node": "ip-10-0-\(random.next() % 4)-\(random.next() % 200).ec2.internal"
        case "bucket": pick(["acme-photos", "acme-archive", "initech-data", "hooli-media", "stark-lab"], &random)
        case "file": pick(["app", "vendor", "main", "print", "fonts", "theme", "charts"], &random)
        case "photo": "IMG_\(digits(4, &random)).jpg"
        case "word": pick(words, &random)
        default: preconditionFailure("no values for \(kind)")
        }
    }

    private static let base62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let people = [
        "ann", "bob", "carla", "dmitri", "elena", "farid", "grace", "hugo", "ines", "jonas", "kira", "liam", "mona",
        "nils",
        "olga", "paul", "quentin", "rosa", "sven", "tara", "umar", "vera", "wanda", "xenia", "yusuf", "zoe",
    ]
    private static let words = [
        "swift", "kernel", "garden", "music", "travel", "coffee", "winter", "planet", "history", "market", "network",
        "paper",
        "river", "signal", "theory", "window",
    ]

    private static func text(_ alphabet: String, _ count: Int, _ random: inout SplitMix64) -> String {
        let alphabet = Array(alphabet.utf8)
        return String(
            decoding: (0..<count).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }, as: UTF8.self)
    }

    private static func digits(_ count: Int, _ random: inout SplitMix64) -> String {
        text("0123456789", count, &random)
    }

    private static func two(_ limit: UInt64, _ random: inout SplitMix64) -> String {
        let number = 1 + random.next() % limit
        return number < 10 ? "0\(number)" : "\(number)"
    }

    private static func pick(_ values: [String], _ random: inout SplitMix64) -> String {
        values[Int(random.next() % UInt64(values.count))]
    }
}

extension RouteSet {
    static let all: [RouteSet] = [django, kubernetes, registry, forge, storage]

    private static let django = RouteSet(
        name: "Django",
        routes: [
            "GET /", "GET /about/", "GET /contact/", "GET /accounts/login/", "POST /accounts/login/",
            "POST /accounts/logout/",
            "GET /accounts/signup/", "POST /accounts/password/reset/", "GET /accounts/password/reset/done/",
            "GET /articles/",
            "GET /articles/{slug}/", "POST /articles/{slug}/comments/", "GET /articles/archive/{year}/{two}/",
            "GET /authors/",
            "GET /authors/{user}/", "GET /tags/", "GET /tags/{word}/", "GET /admin/", "GET /admin/auth/user/",
            "GET /admin/auth/user/add/", "GET /admin/auth/user/{id}/change/", "POST /admin/auth/user/{id}/delete/",
            "GET /admin/blog/post/", "GET /admin/blog/post/add/", "GET /admin/blog/post/{id}/change/",
            "GET /admin/blog/post/{id}/history/", "GET /admin/jsi18n/", "GET /api/v1/orders/",
            "GET /api/v1/orders/{hex12}/",
            "GET /api/v1/orders/{hex12}/items/", "PATCH /api/v1/orders/{hex12}/items/{id}/",
            "GET /api/v1/customers/{cus}/",
            "GET /api/v1/customers/{cus}/cards/", "GET /api/v1/invoices/{order}/", "GET /api/v1/invoices/{order}/pdf/",
            "GET /api/v1/people/{email}/", "GET /api/v1/links/{base62}/", "GET /reports/daily/{date}/",
            "GET /media/photos/{photo}",
            "GET /static/js/{file}.js", "GET /static/css/{file}.css", "GET /sitemap.xml", "GET /robots.txt",
            "GET /feeds/latest/",
        ])

    private static let kubernetes = RouteSet(
        name: "Kubernetes API",
        routes: [
            "GET /healthz", "GET /readyz", "GET /version", "GET /api", "GET /apis", "GET /openapi/v2",
            "GET /api/v1/namespaces",
            "GET /api/v1/namespaces/{ns}", "GET /api/v1/namespaces/{ns}/pods", "GET /api/v1/namespaces/{ns}/pods/{pod}",
            "DELETE /api/v1/namespaces/{ns}/pods/{pod}", "GET /api/v1/namespaces/{ns}/pods/{pod}/log",
            "POST /api/v1/namespaces/{ns}/pods/{pod}/exec", "GET /api/v1/namespaces/{ns}/services",
            "GET /api/v1/namespaces/{ns}/services/{workload}", "GET /api/v1/namespaces/{ns}/configmaps",
            "GET /api/v1/namespaces/{ns}/configmaps/{workload}", "GET /api/v1/namespaces/{ns}/secrets",
            "GET /api/v1/namespaces/{ns}/endpoints", "GET /api/v1/namespaces/{ns}/endpoints/{workload}",
            "GET /api/v1/namespaces/{ns}/events", "GET /api/v1/nodes", "GET /api/v1/nodes/{node}",
            "GET /api/v1/nodes/{node}/proxy/stats/summary", "GET /api/v1/persistentvolumes",
            "GET /apis/apps/v1/deployments",
            "GET /apis/apps/v1/namespaces/{ns}/deployments", "GET /apis/apps/v1/namespaces/{ns}/deployments/{workload}",
            "PATCH /apis/apps/v1/namespaces/{ns}/deployments/{workload}/scale",
            "GET /apis/apps/v1/namespaces/{ns}/statefulsets",
            "GET /apis/apps/v1/namespaces/{ns}/statefulsets/{workload}", "GET /apis/batch/v1/namespaces/{ns}/jobs",
            "GET /apis/batch/v1/namespaces/{ns}/jobs/{pod}", "GET /apis/batch/v1/namespaces/{ns}/cronjobs/{workload}",
            "GET /apis/networking.k8s.io/v1/namespaces/{ns}/ingresses",
            "GET /apis/rbac.authorization.k8s.io/v1/clusterroles", "GET /apis/metrics.k8s.io/v1beta1/nodes",
        ])

    private static let registry = RouteSet(
        name: "Docker registry",
        routes: [
            "GET /v2/", "GET /v2/_catalog", "GET /v2/{image}/tags/list", "GET /v2/{image}/manifests/{tag}",
            "PUT /v2/{image}/manifests/{tag}", "HEAD /v2/{image}/manifests/{digest}", "GET /v2/{image}/blobs/{digest}",
            "HEAD /v2/{image}/blobs/{digest}", "POST /v2/{image}/blobs/uploads/",
            "PATCH /v2/{image}/blobs/uploads/{uuid}",
            "PUT /v2/{image}/blobs/uploads/{uuid}", "GET /v2/{team}/{image}/tags/list",
            "GET /v2/{team}/{image}/manifests/{tag}",
            "HEAD /v2/{team}/{image}/manifests/{digest}", "GET /v2/{team}/{image}/blobs/{digest}",
            "POST /v2/{team}/{image}/blobs/uploads/", "PATCH /v2/{team}/{image}/blobs/uploads/{uuid}", "GET /token",
            "GET /healthz",
        ])

    private static let forge = RouteSet(
        name: "GitHub-like",
        routes: [
            "GET /user", "GET /user/repos", "GET /user/orgs", "GET /users/{user}", "GET /users/{user}/repos",
            "GET /users/{user}/followers", "GET /users/{user}/events", "GET /orgs/{org}", "GET /orgs/{org}/members",
            "GET /orgs/{org}/teams", "GET /repos/{org}/{repo}", "PATCH /repos/{org}/{repo}",
            "GET /repos/{org}/{repo}/issues",
            "POST /repos/{org}/{repo}/issues", "GET /repos/{org}/{repo}/issues/{id}",
            "GET /repos/{org}/{repo}/issues/{id}/comments",
            "GET /repos/{org}/{repo}/labels", "GET /repos/{org}/{repo}/labels/{label}", "GET /repos/{org}/{repo}/pulls",
            "GET /repos/{org}/{repo}/pulls/{id}", "GET /repos/{org}/{repo}/pulls/{id}/files",
            "PUT /repos/{org}/{repo}/pulls/{id}/merge", "GET /repos/{org}/{repo}/commits",
            "GET /repos/{org}/{repo}/commits/{sha}",
            "GET /repos/{org}/{repo}/commits/{hex7}/status", "GET /repos/{org}/{repo}/branches",
            "GET /repos/{org}/{repo}/branches/{branch}", "GET /repos/{org}/{repo}/branches/{branch}/protection",
            "GET /repos/{org}/{repo}/releases", "GET /repos/{org}/{repo}/releases/{id}",
            "GET /repos/{org}/{repo}/releases/latest",
            "GET /repos/{org}/{repo}/actions/runs", "GET /repos/{org}/{repo}/actions/runs/{id}",
            "GET /repos/{org}/{repo}/actions/runs/{id}/jobs", "GET /repos/{org}/{repo}/git/trees/{sha}",
            "GET /gists/public",
            "GET /gists/{sha}", "GET /search/repositories", "GET /search/issues", "GET /search/code",
            "GET /notifications",
            "GET /rate_limit", "GET /emojis",
        ])

    private static let storage = RouteSet(
        name: "S3-like",
        routes: [
            "GET /", "GET /{bucket}", "PUT /{bucket}", "PUT /{bucket}/uploads/{uuid}.jpg",
            "GET /{bucket}/uploads/{uuid}.jpg",
            "GET /{bucket}/logs/{year}/{two}/{two}/{hex12}.gz", "PUT /{bucket}/logs/{year}/{two}/{two}/{hex12}.gz",
            "PUT /{bucket}/backups/{date}.tar.gz", "GET /{bucket}/thumbs/{sha}", "GET /{bucket}/thumbs/{base62}/large",
            "GET /{bucket}/exports/{base62}.csv", "GET /{bucket}/invoices/{order}.pdf", "GET /{bucket}/photos/{photo}",
            "DELETE /{bucket}/photos/{photo}", "GET /{bucket}/mail/{email}/inbox", "GET /{bucket}/blobs/{digest}",
        ])
}
