using System.Threading.Channels;
using GenreCloud.Inference.Admission;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Classify;

/// <summary>Answers the files of a form one after the other, each while the next ones still arrive.</summary>
internal sealed partial class BatchClassifier(
    MusicReader reader, Classifier classifier, IOptions<InferenceOptions> options, ILogger<BatchClassifier> logger)
{
    /// <param name="answers">
    /// Gets an answer for every file, and is completed: with the exception where the request is at fault before its first file.
    /// </param>
    /// <param name="deadline">Ends it; what is not answered by then is the rest of the request's problem.</param>
    public async Task ClassifyAsync(MusicForm form, ModelTarget target, int top, ChannelWriter<BatchAnswer> answers, RequestDeadline deadline)
    {
        var cancellationToken = deadline.Token;
        var files = 0;
        try
        {
            TrackFeatures? features = null;
            ProblemException? ofFeatures = null;
            while (await form.NextAsync(cancellationToken) is { } part)
            {
                if (part.IsFeatures)
                {
                    if (features is not null || ofFeatures is not null)
                    {
                        throw new ProblemException(
                            StatusCodes.Status400BadRequest, "The form has features twice", $"They come before a file, and file {files}, counted from 0, has them twice.");
                    }

                    (features, ofFeatures) = await ReadFeaturesAsync(part, cancellationToken);
                    continue;
                }

                if (files == options.Value.MaxBatchFiles)
                {
                    throw new ProblemException(
                        StatusCodes.Status413PayloadTooLarge,
                        "The batch has too many files",
                        $"{files} of them are answered, the most that one request may have (Inference:MaxBatchFiles). Send the others in another one.");
                }

                var answer = ofFeatures is null
                    ? await AnswerAsync(files, part, target, features, top, cancellationToken)
                    : new BatchAnswer(files, part.FileName, Answer: null, DetailsOf(ofFeatures));
                await answers.WriteAsync(answer, cancellationToken);
                (features, ofFeatures) = (null, null);
                files++;
            }

            if (files == 0)
            {
                throw new ProblemException(
                    StatusCodes.Status400BadRequest, "The form has no file", $"Send every song or spectrogram as a part \"{MusicForm.File}\".");
            }

            answers.Complete();
        }
        catch (Exception exception)
        {
            var problem = exception is OperationCanceledException && deadline.HasPassed ? deadline.Passed(exception) : exception as ProblemException;
            if (problem is null || files == 0)
            {
                answers.Complete(problem ?? exception);
                return;
            }

            answers.TryWrite(new BatchAnswer(files, File: null, Answer: null, DetailsOf(problem)));
            answers.Complete();
        }
    }

    private static async Task<(TrackFeatures? Features, ProblemException? Problem)> ReadFeaturesAsync(MusicPart part, CancellationToken cancellationToken)
    {
        try
        {
            return (await TrackFeatures.ReadAsync(part.Content, cancellationToken), null);
        }
        catch (ProblemException exception)
        {
            return (null, exception);
        }
    }

    private async Task<BatchAnswer> AnswerAsync(
        int index, MusicPart part, ModelTarget target, TrackFeatures? features, int top, CancellationToken cancellationToken)
    {
        try
        {
            using var music = await reader.ReadAsync(part.Content, part.ContentType, cancellationToken);
            var answer = await classifier.ClassifyAsync(target, music, features, top, span: null, hasPlace: true, cancellationToken);
            return new BatchAnswer(index, part.FileName, answer, Problem: null);
        }
        catch (ProblemException exception)
        {
            return new BatchAnswer(index, part.FileName, Answer: null, DetailsOf(exception));
        }
        catch (Exception exception) when (exception is not BadHttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            LogUnexpected(exception);
            var problem = new ProblemDetails
            {
                Status = StatusCodes.Status500InternalServerError,
                Title = "The file could not be classified",
                Detail = "The service failed; its log says why. Send the file again.",
            };
            return new BatchAnswer(index, part.FileName, Answer: null, problem);
        }
    }

    private static ProblemDetails DetailsOf(ProblemException exception) =>
        new() { Status = exception.Status, Title = exception.Title, Detail = exception.Detail };

    [LoggerMessage(LogLevel.Error, "A file of a batch could not be classified")]
    private partial void LogUnexpected(Exception exception);
}
