namespace Metering.Api;

/// <summary>Files of what was counted, for billing and analysis: on demand, and on a schedule.</summary>
internal static class ExportRoutes
{
    private const string Tag = "Exports";
    private const string Root = "api/v1/exports";
    private const string Schedules = "api/v1/export-schedules";

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new RouteTo<ExportHandlers>("CreateExport", "POST", Root, Access.Manage, (handlers, call) => handlers.CreateAsync(call))
        {
            Tag = Tag, Summary = "Exports a report to a file, with a manifest beside it.", Key = KeyUse.Optional,
            Body = typeof(ExportRequest), Answers = [new(202, typeof(ExportAnswer), "It waits for its turn; Location says where it is.")],
            Problems = [RefusalCode.LicenseNotFound, ProblemCode.EvidenceRemoved],
        },
        new RouteTo<ExportHandlers>("ListExports", "GET", Root, Access.Read, (handlers, call) => handlers.ListAsync(call))
        {
            Tag = Tag, Summary = "Lists exports, newest first.", Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<ExportAnswer>), "A part of the list.")],
        },
        new RouteTo<ExportHandlers>("GetExport", "GET", Root + "/{id}", Access.Read, (handlers, call) => handlers.GetAsync(call))
        {
            Tag = Tag, Summary = "An export: its progress, then where its file and manifest are, or why it failed.",
            Answers = [new(200, typeof(ExportAnswer), "The export.")], Problems = [ProblemCode.ExportNotFound],
        },
        new RouteTo<ExportHandlers>("GetExportFile", "GET", Root + "/{id}/file", Access.Read, (handlers, call) => handlers.FileAsync(call))
        {
            Tag = Tag, Summary = "The file of an export that is done.",
            Answers = [new(200, null, "The file.") { TextType = RouteAnswer.AnyFile }], Problems = [ProblemCode.ExportNotFound],
        },
        new RouteTo<ExportHandlers>(
            "GetExportManifest", "GET", Root + "/{id}/manifest", Access.Read, (handlers, call) => handlers.ManifestAsync(call))
        {
            Tag = Tag, Summary = "The manifest beside the file of an export that is done.",
            Answers = [new(200, null, "The manifest: JSON.") { TextType = RouteAnswer.AnyFile }], Problems = [ProblemCode.ExportNotFound],
        },
        new RouteTo<ExportHandlers>("DeleteExport", "DELETE", Root + "/{id}", Access.Manage, (handlers, call) => handlers.DeleteAsync(call))
        {
            Tag = Tag, Summary = "Stops an export; if it is finished, deletes its file and manifest.",
            Answers = [new(202, typeof(ExportAnswer), "It stops."), new(204, null, "It is gone.")],
            Problems = [ProblemCode.ExportNotFound],
        },
        new RouteTo<ExportScheduleHandlers>(
            "CreateExportSchedule", "POST", Schedules, Access.Manage, (handlers, call) => handlers.CreateAsync(call))
        {
            Tag = Tag, Summary = "Creates an export schedule.", Key = KeyUse.Optional, Body = typeof(ExportScheduleRequest),
            Answers = [new(201, typeof(ExportScheduleAnswer), "It was made.")],
            Problems = [RefusalCode.LicenseNotFound, RefusalCode.LimitReached],
        },
        new RouteTo<ExportScheduleHandlers>(
            "ListExportSchedules", "GET", Schedules, Access.Read, (handlers, call) => handlers.ListAsync(call))
        {
            Tag = Tag, Summary = "Lists the schedules, each with its next runs.",
            Answers = [new(200, typeof(ListAnswer<ExportScheduleAnswer>), "The schedules.")],
        },
        new RouteTo<ExportScheduleHandlers>(
            "GetExportSchedule", "GET", Schedules + "/{id}", Access.Read, (handlers, call) => handlers.GetAsync(call))
        {
            Tag = Tag, Summary = "A schedule with its next runs.", Answers = [new(200, typeof(ExportScheduleAnswer), "The schedule.")],
            Problems = [ProblemCode.ExportScheduleNotFound],
        },
        new RouteTo<ExportScheduleHandlers>(
            "ChangeExportSchedule", "PATCH", Schedules + "/{id}", Access.Manage, (handlers, call) => handlers.ChangeAsync(call))
        {
            Tag = Tag, Summary = "Changes, pauses or resumes a schedule.", Key = KeyUse.Optional, Body = typeof(ExportSchedulePatch),
            Answers = [new(200, typeof(ExportScheduleAnswer), "It was changed.")],
            Problems = [RefusalCode.LicenseNotFound, ProblemCode.ExportScheduleNotFound],
        },
        new RouteTo<ExportScheduleHandlers>(
            "DeleteExportSchedule", "DELETE", Schedules + "/{id}", Access.Manage, (handlers, call) => handlers.DeleteAsync(call))
        {
            Tag = Tag, Summary = "Deletes a schedule; its exports stay.", Answers = [new(204, null, "It is gone.")],
            Problems = [ProblemCode.ExportScheduleNotFound],
        },
    ];
}
