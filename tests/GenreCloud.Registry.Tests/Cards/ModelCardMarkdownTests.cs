namespace GenreCloud.Registry.Tests.Cards;

public sealed class ModelCardMarkdownTests
{
    private static readonly ModelDescription Description = ModelDescriptions.Create("folk", "r&b", "techno");

    [Fact]
    public void The_whole_card_reads_like_this() => Render(Description).ShouldBe(
        """
        # crnn version 3

        Tells which of 3 labels a piece of music has by its mel spectrogram (128 x 1292, a clip of 29.99 s). Architecture crnn, 0.9 MB as ONNX, registered on 2026-11-23.

        Labels: folk, r\&b, techno.

        ## How good it is

        Measured on 18 spectrograms that it did not learn from. None of their 12 artists is among those it learnt from.

        | Measure | Value |
        | --- | ---: |
        | Top-1 | 33.3% (25.0% to 62.5%) |
        | Macro-F1 | 25.9% |
        | Top-1 of always answering the most frequent training label | 12.5% |
        | Top-1 of guessing | 33.3% |
        | Cross-entropy | 0.900 |
        | Expected calibration error | 10.0% |

        The interval is the 95% percentile bootstrap over 12 groups of artists (2000 resamples): an artist's tracks resemble each other, so artists were drawn and not tracks.

        ### Labels

        | Label | Trained on | Tested on | Precision | Recall | F1 |
        | --- | ---: | ---: | ---: | ---: | ---: |
        | folk | 1 | 3 | 0.0% | 0.0% | 0.0% |
        | r\&b | 2 | 6 | 33.3% | 33.3% | 33.3% |
        | techno | 3 | 9 | 44.4% | 44.4% | 44.4% |

        ### What it takes for what

        A row for each true label, a column for each answer.

        |  | folk | r\&b | techno |
        | --- | ---: | ---: | ---: |
        | folk |  | 1 | 2 |
        | r\&b | 1 | 2 | 3 |
        | techno | 2 | 3 | 4 |

        ### Whether its confidence can be believed

        The logits are divided by a temperature of 1.500. On artists that the temperature was not fitted to, the expected calibration error falls from 20.0% to 10.0%, and the cross-entropy from 0.900 to 0.800.

        | Confidence | Samples | Mean confidence | Right |
        | --- | ---: | ---: | ---: |
        | 50.0% to 100.0% | 8 | 62.5% | 50.0% |

        ### Where it was most wrong

        | Sample | Label | Answer | Probability of the label |
        | --- | --- | --- | ---: |
        | track-1 | folk | techno | 0.2500 |

        ## Limits

        - It answers one of its labels for whatever it is given, music or not; that all probabilities are low is the only sign that none fits.
        - It was not tested on spectrograms that are made otherwise than those it learnt from, nor on any other dataset than the one named here.
        - It learnt from 6 spectrograms of 40 artists: music unlike theirs is unknown to it.
        - Labels differ in training samples, from 1 (folk) to 3 (techno).
        - The figures of folk, r\&b, techno are of fewer than 10 samples each, and mostly chance.

        ## Data

        - Dataset genres version 3; SHA-256 of its manifest, which has the hashes of all its files: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        - Licence of the data: CC-BY-4.0
        - Split: no artist on both sides, 25.0% of each label to be held back, seed 1; 40 artists to learn from, 12 artists to measure with

        ## Where it comes from

        - Run run-1
        - Seed 42
        - Peak learning rate 0.0014
        - Weights of epoch 2 of 2
        - Program 7bbcd1f
        - SHA-256 of model.onnx: 00ff
        - ONNX Runtime differs from the network by at most 4.8e-7 on 64 spectrograms

        The run's settings:

            {
              "epochs": 2,
              "batchSize": 16
            }

        """);

    [Fact]
    public void A_model_that_was_not_measured_says_so()
    {
        var card = Render(Description with
        {
            Evaluation = null,
            Metrics = new ModelMetrics { Parity = Description.Metrics.Parity },
            Lineage = new ModelLineage { Source = "crnn_genre_model.pth" },
        });

        card.ShouldContain("It was not measured.");
        card.ShouldContain("How often it is right is not known.");
        card.ShouldContain("Not trained on a dataset that is known here.");
        card.ShouldContain(@"Made from crnn\_genre\_model.pth");
        card.ShouldNotContain("learning rate");
        card.ShouldNotContain("Weights of epoch");
    }

    [Fact]
    public void The_mark_of_unsure_answers_is_explained()
    {
        var threshold = new UnsureThreshold { Probability = 0.4375, Rule = "By hand.", Samples = 18, SureShare = 0.75, SureTop1 = 0.9, UnsureTop1 = 0.25 };

        Render(Description with { UnsureThreshold = threshold }).ShouldContain(
            """
            ### When it is unsure

            An answer with a probability below 43.8% is marked as unsure. By hand. On 18 samples of artists that the mark was not chosen by, 75.0% of the answers do not have it; 90.0% of these are right, and 25.0% of those that have it.

            """);
        Render(Description with { UnsureThreshold = threshold with { UnsureTop1 = null } }).ShouldContain("do not have it; 90.0% of these are right.");
    }

    [Fact]
    public void A_split_by_track_is_said_to_be_kind()
    {
        var split = Description.Lineage.Split! with { Unit = SplitUnit.Track, ValidationFraction = null, Folds = 5, Fold = 2, SharedArtists = 11 };

        var card = Render(Description with { Lineage = Description.Lineage with { Split = split } });

        card.ShouldContain("Of their 12 artists 11 are among those it learnt from.");
        card.ShouldContain("expect fewer right answers with others");
        card.ShouldContain("drawn track by track, fold 2 of 5 held back");
    }

    [Fact]
    public void A_label_without_samples_and_a_licence_that_nobody_knows_are_named()
    {
        var card = Render(Description with
        {
            Evaluation = Description.Evaluation! with
            {
                ConfusionMatrix = [[12, 0, 0], [0, 12, 0], [0, 0, 0]],
                Calibration = new CalibrationReport { Temperature = 1, UnscaledReason = "There is a reason.", Before = new Reliability(0, 0, []) },
            },
            Lineage = Description.Lineage with { Dataset = new DatasetReference("genres", "3", "00") },
        });

        card.ShouldContain("Nothing is known about how it answers techno:");
        card.ShouldContain("| techno | 3 | 0 |  |  |  |");
        card.ShouldContain("Licence of the data: the import did not say");
        card.ShouldContain("The probabilities are the network's own. There is a reason.");
    }

    [Fact]
    public void Labels_cannot_bring_their_own_markup()
    {
        var card = Render(ModelDescriptions.Create("folk|<script>alert(1)</script>", "[jazz](https://example.org)\n\n# Heading", "`techno`"));

        card.ShouldContain(@"folk\|\<script\>alert(1)\</script\>");
        card.ShouldContain(@"\[jazz\](https://example.org)  \# Heading");
        card.ShouldContain(@"\`techno\`");
        card.ShouldNotContain("\n# Heading");
    }

    private static string Render(ModelDescription description) => ModelCardMarkdown.Render(new ModelCard
    {
        Model = "crnn",
        Version = 3,
        Sha256 = "00ff",
        SizeBytes = 850_000,
        CreatedAt = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero),
        Architecture = description.Architecture,
        Labels = description.Labels,
        Signature = description.Signature,
        Metrics = description.Metrics,
        Evaluation = description.Evaluation,
        UnsureThreshold = description.UnsureThreshold,
        Lineage = description.Lineage,
        Golden = description.Golden,
    });
}
