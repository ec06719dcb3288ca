using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace MeterFunctions.Http;

/// <summary>Exports and their schedules.</summary>
public sealed class ExportFunctions(ApiAnswers api)
{
    /// <summary>Exports a report to a file, with a manifest beside it.</summary>
    [Function(nameof(CreateExport))]
    public Task CreateExport(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/exports")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(CreateExport), request, client);

    /// <summary>Lists exports, the newest first.</summary>
    [Function(nameof(ListExports))]
    public Task ListExports(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/exports")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ListExports), request, client);

    /// <summary>Answers with an export and how far it is.</summary>
    [Function(nameof(GetExport))]
    public Task GetExport(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/exports/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetExport), request, client);

    /// <summary>Sends the file of an export that is done.</summary>
    [Function(nameof(GetExportFile))]
    public Task GetExportFile(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/exports/{id}/file")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetExportFile), request, client);

    /// <summary>Sends the manifest beside it.</summary>
    [Function(nameof(GetExportManifest))]
    public Task GetExportManifest(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/exports/{id}/manifest")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetExportManifest), request, client);

    /// <summary>Stops an export; of one that is over, takes file and manifest away.</summary>
    [Function(nameof(DeleteExport))]
    public Task DeleteExport(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/v1/exports/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(DeleteExport), request, client);

    /// <summary>Makes a schedule of exports.</summary>
    [Function(nameof(CreateExportSchedule))]
    public Task CreateExportSchedule(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/export-schedules")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(CreateExportSchedule), request, client);

    /// <summary>Lists the schedules, each with its next runs.</summary>
    [Function(nameof(ListExportSchedules))]
    public Task ListExportSchedules(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/export-schedules")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ListExportSchedules), request, client);

    /// <summary>Answers with a schedule and its next runs.</summary>
    [Function(nameof(GetExportSchedule))]
    public Task GetExportSchedule(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/v1/export-schedules/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(GetExportSchedule), request, client);

    /// <summary>Changes, pauses or resumes a schedule.</summary>
    [Function(nameof(ChangeExportSchedule))]
    public Task ChangeExportSchedule(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/v1/export-schedules/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(ChangeExportSchedule), request, client);

    /// <summary>Forgets a schedule; what it has exported stays.</summary>
    [Function(nameof(DeleteExportSchedule))]
    public Task DeleteExportSchedule(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/v1/export-schedules/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(nameof(DeleteExportSchedule), request, client);
}
