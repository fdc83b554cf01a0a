// swift-tools-version: 6.2
import PackageDescription

// The error rates of the soak tests on series with known truth. A separate package, so that other builds skip it.
let package = Package(
    name: "soak",
    dependencies: [.package(name: "reprise", path: "../../..")],
    targets: [
        .executableTarget(
            name: "soak",
            dependencies: [.product(name: "RepriseAnalysis", package: "reprise")],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .treatAllWarnings(as: .error),
            ])
    ]
)
