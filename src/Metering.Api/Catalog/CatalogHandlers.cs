using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>The catalog: features and plans.</summary>
internal static class CatalogHandlers
{
    public static async Task GetAsync(ApiCall call)
    {
        var catalog = await call.Ports.Catalog.ReadAsync(call.Aborted).ConfigureAwait(false);
        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, CatalogWriting.ToDocument(catalog), ApiJson.Default.CatalogDocument).ConfigureAwait(false);
    }

    public static async Task PutAsync(ApiCall call)
    {
        var dryRun = DryRun(call);
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.CatalogDocument).ConfigureAwait(false);
        var change = new CatalogChange(body.Value, call.Now);
        if (dryRun)
        {
            change.Apply(await call.Ports.Catalog.ReadAsync(call.Aborted).ConfigureAwait(false));
            ThrowIfRefused(change);
        }
        else
        {
            await MergeAsync(call, change).ConfigureAwait(false);
        }

        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, change.Answer(dryRun), ApiJson.Default.CatalogChangeAnswer).ConfigureAwait(false);
    }

    public static async Task PostFeatureAsync(ApiCall call)
    {
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.FeatureDocument).ConfigureAwait(false);
        var change = new CatalogChange(new CatalogDocument { Features = [body.Value] }, call.Now) { FeaturesPointer = "" };
        var catalog = await MergeAsync(call, change).ConfigureAwait(false);
        var document = CatalogWriting.ToDocument(catalog.Features[body.Value.Code!]);
        await JsonReply.SendAsync(call.Http, StatusOf(change), document, ApiJson.Default.FeatureDocument).ConfigureAwait(false);
    }

    public static async Task PostPlanAsync(ApiCall call)
    {
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.PlanDocument).ConfigureAwait(false);
        var change = new CatalogChange(new CatalogDocument { Plans = [body.Value] }, call.Now) { PlansPointer = "" };
        var catalog = await MergeAsync(call, change).ConfigureAwait(false);
        var document = CatalogWriting.ToDocument(catalog.FindPlan(body.Value.Id!)!);
        await JsonReply.SendAsync(call.Http, StatusOf(change), document, ApiJson.Default.PlanDocument).ConfigureAwait(false);
    }

    public static async Task ListFeaturesAsync(ApiCall call)
    {
        var catalog = await call.Ports.Catalog.ReadAsync(call.Aborted).ConfigureAwait(false);
        var page = Paging.Slice(call, catalog.Features.Values.Select(CatalogWriting.ToDocument), feature => feature.Code!);
        await Paging.SendAsync(call, page.Items, page.NextCursor, ApiJson.Default.FeatureDocument).ConfigureAwait(false);
    }

    public static async Task GetFeatureAsync(ApiCall call)
    {
        var catalog = await call.Ports.Catalog.ReadAsync(call.Aborted).ConfigureAwait(false);
        var code = Feature.CodeOf(call.Path("code"));
        var feature = catalog.Features.GetValueOrDefault(call.Path("code")) ?? catalog.Features.GetValueOrDefault(code)
            ?? throw new ProblemException(new Problem(ProblemCode.FeatureNotFound, "The catalog has no such feature."));
        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, CatalogWriting.ToDocument(feature), ApiJson.Default.FeatureDocument).ConfigureAwait(false);
    }

    public static async Task ListPlansAsync(ApiCall call)
    {
        var catalog = await call.Ports.Catalog.ReadAsync(call.Aborted).ConfigureAwait(false);
        var latest = catalog.Plans.Values.Select(versions => CatalogWriting.ToDocument(versions[^1]));
        var page = Paging.Slice(call, latest, plan => plan.Id!);
        await Paging.SendAsync(call, page.Items, page.NextCursor, ApiJson.Default.PlanDocument).ConfigureAwait(false);
    }

    public static async Task GetPlanAsync(ApiCall call)
    {
        var plan = (await VersionsAsync(call).ConfigureAwait(false))[^1];
        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, CatalogWriting.ToDocument(plan), ApiJson.Default.PlanDocument).ConfigureAwait(false);
    }

    public static async Task ListVersionsAsync(ApiCall call)
    {
        var versions = await VersionsAsync(call).ConfigureAwait(false);
        var page = Paging.Slice(call, versions.Select(CatalogWriting.ToDocument), VersionKey);
        await Paging.SendAsync(call, page.Items, page.NextCursor, ApiJson.Default.PlanDocument).ConfigureAwait(false);
    }

    public static async Task MigrateAsync(ApiCall call)
    {
        var versions = await VersionsAsync(call).ConfigureAwait(false);
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.MigrateRequest).ConfigureAwait(false);
        var (from, to) = (body.Value.FromVersion, body.Value.ToVersion);
        var errors = new FieldErrors();
        errors.Require(to is not null && Knows(to.Value), "/to_version", to is null ? "is required" : "is not a version of the plan");
        errors.Require(from is null || Knows(from.Value), "/from_version", "is not a version of the plan");
        errors.ThrowIfAny();

        var migration = await call.Ports.Migrations.StartAsync(versions[0].Id, from, to!.Value, call.Aborted).ConfigureAwait(false)
            ?? throw new ProblemException(Answers.Busy with { Detail = "As many migrations as may run at once are running." });
        call.Http.Response.Headers.Location = $"/api/v1/plans/{Uri.EscapeDataString(migration.PlanId)}/migrations/{migration.Id}";
        await JsonReply.SendAsync(call.Http, StatusCodes.Status202Accepted, migration, ApiJson.Default.Migration).ConfigureAwait(false);

        bool Knows(int version) => versions.Any(plan => plan.Version == version);
    }

    public static async Task GetMigrationAsync(ApiCall call)
    {
        var migration = await call.Ports.Migrations.FindAsync(call.Path("migration"), call.Aborted).ConfigureAwait(false);
        if (migration is null || migration.PlanId != call.Path("id"))
        {
            throw new ProblemException(new Problem(ProblemCode.MigrationNotFound, "There is no such migration, or it is forgotten."));
        }

        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, migration, ApiJson.Default.Migration).ConfigureAwait(false);
    }

    // Versions are numbered from 1; padded, their order as text is their order as numbers.
    private static string VersionKey(PlanDocument plan) => plan.Version!.Value.ToString("D10", CultureInfo.InvariantCulture);

    private static async ValueTask<IReadOnlyList<Plan>> VersionsAsync(ApiCall call)
    {
        var catalog = await call.Ports.Catalog.ReadAsync(call.Aborted).ConfigureAwait(false);
        return catalog.Plans.TryGetValue(call.Path("id"), out var versions)
            ? versions
            : throw new ProblemException(new Problem(ProblemCode.PlanNotFound, "The catalog has no such plan."));
    }

    private static async ValueTask<CatalogSnapshot> MergeAsync(ApiCall call, CatalogChange change)
    {
        var catalog = await call.Ports.Catalog.ChangeAsync(change.Apply, call.Aborted).ConfigureAwait(false);
        ThrowIfRefused(change);
        return catalog;
    }

    private static void ThrowIfRefused(CatalogChange change)
    {
        if (change.Problem is not null)
        {
            throw new ProblemException(change.Problem);
        }
    }

    private static int StatusOf(CatalogChange change)
    {
        var answer = change.Answer(dryRun: false);
        var isNew = answer.Created.Count > 0 || answer.Changed.Any(item => item.Version is not null);
        return isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK;
    }

    private static bool DryRun(ApiCall call) => call.Query("dry_run") switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw new ProblemException(Problem.Field("/dry_run", "must be true or false")),
    };
}
