/* Bring the page to life. */

import { Exam } from "./exam.js";
import { Quiz } from "./quiz.js";
import { Syllabus } from "./syllabus.js";
import { Today } from "./today.js";

for (const box of document.querySelectorAll(".quiz[data-quiz]")) new (box.dataset.exam === undefined ? Quiz : Exam)(box);
for (const box of document.querySelectorAll(".quiz-syllabus")) new Syllabus(box);
for (const box of document.querySelectorAll(".quiz-today")) new Today(box);
