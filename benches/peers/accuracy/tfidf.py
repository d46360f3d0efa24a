"""TF-IDF of words and bigrams with logistic regression, as most people would write it first.

Reads two tables (weight, desk, tier, text) and prints, for each row of the second, the probability
of the technical desk and the tier. Needs scikit-learn.
"""

import sys

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression


def read(path):
    with open(path, encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    weights, desks, tiers, texts = zip(*rows)
    return [float(weight) for weight in weights], desks, [int(tier) for tier in tiers], texts


def fit(matrix, labels, weights, keep):
    rows = [row for row, wanted in enumerate(keep) if wanted]
    model = LogisticRegression(C=10, max_iter=1000)
    chosen = [labels[row] for row in rows]
    return model.fit(matrix[rows], chosen, sample_weight=[weights[row] for row in rows])


def main():
    weights, desks, tiers, texts = read(sys.argv[1])
    _, _, _, asked = read(sys.argv[2])
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    train, test = words.fit_transform(texts), words.transform(asked)
    desk = fit(train, desks, weights, [name != "none" for name in desks])
    tier = fit(train, tiers, weights, [number > 0 for number in tiers])
    technical = desk.predict_proba(test)[:, list(desk.classes_).index("technical")]
    for probability, number in zip(technical, tier.predict(test)):
        print(f"{probability:.6f}\t{number}")


if __name__ == "__main__":
    main()
