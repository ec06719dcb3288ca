using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>
/// Reads events line by line, so that a long stream is counted as it comes. Where it meets a limit, what came before is counted, and the
/// answer says from which event on nothing was taken. A stream that breaks off has counted what came whole.
/// </summary>
internal sealed class EventLines(ApiCall call, EventBatch batch, RequestBodies bodies, ApiOptions options)
{
    private readonly int _maxBytes = options.MaxBatchBytes;
    private readonly int _maxLine = options.MaxBodyBytes;
    private readonly int _maxEvents = options.MaxEvents;

    private int _index;
    private long _bytes;
    private bool _isStopped;

    /// <summary>Takes all lines in, and says what became of them.</summary>
    /// <exception cref="ProblemException">A limit was met before the first event, or the host is busy: nothing was counted.</exception>
    public async ValueTask<EventsAnswer> TakeAsync()
    {
        if (call.Http.Request.Headers.ContentEncoding.Count > 0)
        {
            await TakeWholeAsync().ConfigureAwait(false);
        }
        else
        {
            await TakeStreamAsync().ConfigureAwait(false);
        }

        return await batch.FinishAsync().ConfigureAwait(false);
    }

    // A compressed body shows only at its end that it was not damaged; before that, nothing of it may count.
    private async ValueTask TakeWholeAsync()
    {
        using var body = await bodies.ReadAsync(call, _maxBytes, cut: true).ConfigureAwait(false);
        var rest = await TakeLinesAsync(body.Bytes, isWhole: !body.IsCut).ConfigureAwait(false);
        if (body.IsCut && !_isStopped)
        {
            StopAtLimit(rest.Length > _maxLine);
        }
    }

    private async ValueTask TakeStreamAsync()
    {
        var request = call.Http.Request;
        // Refused before anything counts, where the length is told before.
        if (request.ContentLength > _maxBytes)
        {
            throw RequestBodies.TooLarge(_maxBytes);
        }

        RequestBodies.LiftServerLimit(request);
        var reader = request.BodyReader;
        using var share = bodies.Share();
        var (isFirst, waiting) = (true, 0L);
        while (!_isStopped)
        {
            var result = await ReadAsync().ConfigureAwait(false);
            if (_isStopped)
            {
                return;
            }

            var lines = result.Buffer;
            // A byte order mark has three bytes; of fewer nobody can tell yet.
            if (isFirst && (lines.Length >= 3 || result.IsCompleted))
            {
                isFirst = false;
                lines = BodyBytes.WithoutMark(lines);
            }

            try
            {
                Cover(waiting + lines.Length);
                var rest = isFirst ? lines : await TakeLinesAsync(lines, result.IsCompleted).ConfigureAwait(false);
                // Events that wait in the batch still take about the memory that their lines did.
                waiting = batch.IsEmpty ? 0 : waiting + lines.Length - rest.Length;
                if (!_isStopped && (rest.Length > _maxLine || _bytes + rest.Length > _maxBytes))
                {
                    StopAtLimit(rest.Length > _maxLine);
                }

                lines = rest;
            }
            catch
            {
                // A read that is not ended leaves the pipe unusable for the server, which has to get rid of the rest of the body.
                reader.AdvanceTo(result.Buffer.End);
                throw;
            }

            reader.AdvanceTo(_isStopped ? result.Buffer.End : lines.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }

        void Cover(long bytes)
        {
            try
            {
                share.Cover(bytes);
            }
            catch (ProblemException full) when (_index > 0)
            {
                // Before the first event the problem is the request's own. Later the events before it count, so the answer says how far it
                // went.
                Stop(full.Problem.Code, "The request bodies that are being read fill the memory that is set aside for them.");
            }
        }

        async ValueTask<System.IO.Pipelines.ReadResult> ReadAsync()
        {
            try
            {
                return await reader.ReadAsync(call.Aborted).ConfigureAwait(false);
            }
            catch (BadHttpRequestException broken) when (_index > 0)
            {
                Stop(RefusalCode.InvalidRequest, $"The rest of the body could not be read: {broken.Message}");
                return default;
            }
        }
    }

    // The lines that are whole; what is left is the beginning of one that is not.
    private async ValueTask<ReadOnlySequence<byte>> TakeLinesAsync(ReadOnlySequence<byte> rest, bool isWhole)
    {
        while (!_isStopped && NextLine(ref rest, isWhole) is { } line)
        {
            if (line.Length > _maxLine || _bytes + line.Length > _maxBytes)
            {
                StopAtLimit(line.Length > _maxLine);
                break;
            }

            // The limit is of the body, so the end of the line counts too.
            _bytes += line.Length + 1;
            if (IsBlank(line))
            {
                continue;
            }

            if (_index >= _maxEvents)
            {
                Stop(ProblemCode.BodyTooLarge, $"A request may have at most {_maxEvents} events.");
                break;
            }

            await batch.AddAsync(EventReader.Read(line.IsSingleSegment ? line.FirstSpan : line.ToArray(), _index++)).ConfigureAwait(false);
        }

        return rest;
    }

    private void StopAtLimit(bool isLine) => Stop(
        ProblemCode.BodyTooLarge, isLine ? $"A line may have at most {_maxLine} bytes." : $"The body may have at most {_maxBytes} bytes.");

    private void Stop(string code, string why)
    {
        if (_index == 0)
        {
            throw new ProblemException(new Problem(code, $"{why} Nothing was counted."));
        }

        _isStopped = true;
        batch.Stop(_index, code, why);
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var part in line)
        {
            if (part.Span.ContainsAnyExcept(" \t\r"u8))
            {
                return false;
            }
        }

        return true;
    }

    private static ReadOnlySequence<byte>? NextLine(ref ReadOnlySequence<byte> rest, bool isWhole)
    {
        ReadOnlySequence<byte> line;
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return line;
        }

        if (!isWhole || rest.IsEmpty)
        {
            return null;
        }

        line = rest;
        rest = rest.Slice(rest.End);
        return line;
    }
}
