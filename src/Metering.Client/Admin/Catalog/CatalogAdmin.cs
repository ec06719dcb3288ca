using System.Text.Json;

namespace Metering.Client.Admin;

/// <summary>What can be sold: features, plans and their versions.</summary>
public sealed class CatalogAdmin
{
    private readonly AdminHttp _http;

    internal CatalogAdmin(AdminHttp http) => _http = http;

    /// <summary>Everything that is sold now.</summary>
    public Task<CatalogDocument> GetAsync(CancellationToken cancellationToken = default) =>
        _http.GetAsync(AdminPath.Of("catalog"), AdminJson.Default.CatalogDocument, cancellationToken);

    /// <summary>The same, as the meter writes it: to be kept in a file, with what only a newer meter knows.</summary>
    public Task<JsonElement> GetDocumentAsync(CancellationToken cancellationToken = default) =>
        _http.GetAsync(AdminPath.Of("catalog"), AdminJson.Default.JsonElement, cancellationToken);

    /// <summary>Publishes a document. What it does not name stays; a plan that differs from its latest version gets a new one.</summary>
    /// <param name="document">Features and plans.</param>
    /// <param name="dryRun">Whether it is only told what would change.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<CatalogChange> PutAsync(CatalogDocument document, bool dryRun = false, CancellationToken cancellationToken = default) =>
        _http.SendAsync(
            HttpMethod.Put, Put(dryRun), document, AdminJson.Default.CatalogDocument, AdminJson.Default.CatalogChange, cancellationToken);

    /// <summary>Publishes a document as it was read from a file; the meter says what is wrong with it.</summary>
    public Task<CatalogChange> PutDocumentAsync(
        JsonElement document, bool dryRun = false, CancellationToken cancellationToken = default) =>
        _http.SendAsync(
            HttpMethod.Put, Put(dryRun), document, AdminJson.Default.JsonElement, AdminJson.Default.CatalogChange, cancellationToken);

    /// <summary>All that licenses may use, by code.</summary>
    public IAsyncEnumerable<Feature> ListFeaturesAsync(CancellationToken cancellationToken = default) =>
        _http.ListAsync(AdminPath.Of("features"), AdminJson.Default.FeaturePart, cancellationToken);

    /// <summary>One of them.</summary>
    public Task<Feature> GetFeatureAsync(string code, CancellationToken cancellationToken = default) =>
        _http.GetAsync(AdminPath.Of("features", code), AdminJson.Default.Feature, cancellationToken);

    /// <summary>Publishes one feature; one with the same code takes its place.</summary>
    public Task<Feature> PutFeatureAsync(Feature feature, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("features"), feature, AdminJson.Default.Feature, AdminJson.Default.Feature,
            idempotencyKey, cancellationToken);

    /// <summary>The latest version of each plan.</summary>
    public IAsyncEnumerable<Plan> ListPlansAsync(CancellationToken cancellationToken = default) =>
        _http.ListAsync(AdminPath.Of("plans"), AdminJson.Default.PlanPart, cancellationToken);

    /// <summary>The latest version of a plan.</summary>
    public Task<Plan> GetPlanAsync(string id, CancellationToken cancellationToken = default) =>
        _http.GetAsync(AdminPath.Of("plans", id), AdminJson.Default.Plan, cancellationToken);

    /// <summary>Every version of a plan.</summary>
    public IAsyncEnumerable<Plan> ListPlanVersionsAsync(string id, CancellationToken cancellationToken = default) =>
        _http.ListAsync(AdminPath.Of("plans", id, "versions"), AdminJson.Default.PlanPart, cancellationToken);

    /// <summary>Publishes one plan; a new version where it differs from the latest.</summary>
    public Task<Plan> PutPlanAsync(Plan plan, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("plans"), plan, AdminJson.Default.Plan, AdminJson.Default.Plan,
            idempotencyKey, cancellationToken);

    /// <summary>Moves licenses to another version of their plan; it goes on after the answer.</summary>
    /// <param name="planId">The plan.</param>
    /// <param name="toVersion">Where licenses go.</param>
    /// <param name="fromVersion">Only licenses on this one; null: on any other.</param>
    /// <param name="idempotencyKey">What makes a repeat of the call the same call; null: the client makes one.</param>
    /// <param name="cancellationToken">Stops the wait, not the migration.</param>
    public Task<PlanMigration> MigrateAsync(
        string planId,
        int toVersion,
        int? fromVersion = null,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("plans", planId, "migrate"), new MigrateBody(fromVersion, toVersion),
            AdminJson.Default.MigrateBody, AdminJson.Default.PlanMigration,
            idempotencyKey, cancellationToken);

    /// <summary>How far a migration has come.</summary>
    public Task<PlanMigration> GetMigrationAsync(string planId, string migrationId, CancellationToken cancellationToken = default) =>
        _http.GetAsync(AdminPath.Of("plans", planId, "migrations", migrationId), AdminJson.Default.PlanMigration, cancellationToken);

    private static AdminPath Put(bool dryRun) => AdminPath.Of("catalog").With("dry_run", dryRun ? "true" : null);
}
