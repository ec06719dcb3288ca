using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Metering.Client.Admin;

/// <summary>The ways in which operators ask: one answer, a list in parts, a change with a key.</summary>
/// <param name="http">The way to the meter.</param>
/// <param name="patience">How long the next part of an answer that comes in parts may take.</param>
/// <param name="clock">For that.</param>
internal sealed class AdminHttp(MeterHttp http, TimeSpan patience, TimeProvider clock)
{
    private const int PartSize = 500;
    private const int PieceBytes = 64 * 1024;

    public Task<T> GetAsync<T>(AdminPath path, JsonTypeInfo<T> type, CancellationToken stop) =>
        http.SendAsync(HttpMethod.Get, path.Text, type, stop);

    public Task<TAnswer> SendAsync<TBody, TAnswer>(
        HttpMethod method,
        AdminPath path,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<TAnswer> type,
        CancellationToken stop) =>
        http.SendAsync(method, path.Text, body, bodyType, type, key: null, stop);

    /// <summary>Posts a change. Its key is made once, so that a retry after a lost answer changes nothing again.</summary>
    public Task<TAnswer> ChangeAsync<TBody, TAnswer>(
        AdminPath path,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<TAnswer> type,
        string? key,
        CancellationToken stop) =>
        ChangeAsync(HttpMethod.Post, path, body, bodyType, type, key, stop);

    /// <inheritdoc cref="ChangeAsync{TBody, TAnswer}(AdminPath, TBody, JsonTypeInfo{TBody}, JsonTypeInfo{TAnswer}, string, CancellationToken)"/>
    public Task<TAnswer> ChangeAsync<TBody, TAnswer>(
        HttpMethod method,
        AdminPath path,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<TAnswer> type,
        string? key,
        CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(body);
        return http.SendAsync(method, path.Text, body, bodyType, type, key ?? Keys.New(), stop);
    }

    /// <summary>Posts what needs no body.</summary>
    public async Task<T> ChangeAsync<T>(AdminPath path, JsonTypeInfo<T> type, string? key, CancellationToken stop)
    {
        using var answer = await http.SendAsync(HttpMethod.Post, path.Text, content: null, key ?? Keys.New(), stop)
            .ConfigureAwait(false);
        await MeterHttp.ThrowIfProblemAsync(answer, stop).ConfigureAwait(false);
        return await MeterHttp.ReadAsync(answer, type, stop).ConfigureAwait(false);
    }

    /// <summary>Reads an answer a second time, as another type.</summary>
    /// <exception cref="MeteringException">It is not of that type.</exception>
    public static T Read<T>(JsonElement answer, JsonTypeInfo<T> type)
    {
        try
        {
            return answer.Deserialize(type) ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException failure)
        {
            throw new MeteringException($"The answer is none that this client knows: {failure.Message}", failure);
        }
    }

    /// <summary>Copies an answer of any size, as it comes.</summary>
    /// <exception cref="MeteringUnavailableException">The meter could not be reached, broke off, or sent no more.</exception>
    public async Task CopyAsync(AdminPath path, Stream to, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(to);
        using var answer = await http
            .SendAsync(HttpMethod.Get, path.Text, content: null, key: null, stop, HttpCompletionOption.ResponseHeadersRead)
            .ConfigureAwait(false);
        await MeterHttp.ThrowIfProblemAsync(answer, stop).ConfigureAwait(false);
        var from = await answer.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        await using (from.ConfigureAwait(false))
        {
            var part = new byte[PieceBytes];
            while (await ReadAsync(from, part, stop).ConfigureAwait(false) is > 0 and var count)
            {
                await to.WriteAsync(part.AsMemory(0, count), stop).ConfigureAwait(false);
            }
        }
    }

    // Only reading: what goes wrong with writing is the caller's disk and no fault of the meter.
    private async ValueTask<int> ReadAsync(Stream from, byte[] part, CancellationToken stop)
    {
        using var idle = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, stop);
        try
        {
            return await from.ReadAsync(part, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException failure) when (idle.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new MeteringUnavailableException(
                $"The meter stopped in the middle of an answer: nothing came for {patience.TotalSeconds} s.", failure);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw new MeteringUnavailableException($"The meter broke off in the middle of an answer: {failure.Message}", failure);
        }
    }

    public Task DeleteAsync(AdminPath path, CancellationToken stop) => http.SendAsync(HttpMethod.Delete, path.Text, stop);

    /// <summary>All of a list, asked for part by part as it is read.</summary>
    public async IAsyncEnumerable<T> ListAsync<T>(
        AdminPath path, JsonTypeInfo<ListPart<T>> type, [EnumeratorCancellation] CancellationToken stop)
    {
        for (string? cursor = null; ;)
        {
            var part = await GetAsync(path.With("limit", PartSize).With("cursor", cursor), type, stop).ConfigureAwait(false);
            foreach (var item in part.Items ?? [])
            {
                yield return item;
            }

            cursor = part.NextCursor;
            if (cursor is null)
            {
                yield break;
            }
        }
    }

    /// <summary>A short list that the meter gives whole.</summary>
    public async IAsyncEnumerable<T> ListWholeAsync<T>(
        AdminPath path, JsonTypeInfo<ListPart<T>> type, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var item in (await GetAsync(path, type, stop).ConfigureAwait(false)).Items ?? [])
        {
            yield return item;
        }
    }
}
