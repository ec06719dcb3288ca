using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>The OpenAPI document, made when it is first asked for.</summary>
internal sealed class DocumentHandlers
{
    // The same bytes on every system, and text as it reads: they lie in the repository too, where people look at their diff.
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // Not at each start: it is made from the XML documentation, which has to be read for it.
    private readonly Lazy<byte[]> _json = new(() => Encoding.UTF8.GetBytes(OpenApiDocument.Build().ToJsonString(Readable) + "\n"));

    public Task GetAsync(ApiCall call)
    {
        var response = call.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = JsonReply.JsonType;
        response.ContentLength = _json.Value.Length;
        return response.Body.WriteAsync(_json.Value, call.Aborted).AsTask();
    }
}
